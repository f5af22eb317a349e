// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The first byte picks suite and kind. A web3 transaction has one encoding: what decodes is signed content plus its
// signature, so that decoding its own bytes again gives the same hash and sender.
#include "base/check.hpp"
#include "protocol/transaction.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hanse;
  if (size == 0) return 0;
  const Suite suite = data[0] & 1 ? Suite::sm : Suite::standard;
  const TransactionKind kind = data[0] & 2 ? TransactionKind::native : TransactionKind::web3;
  const auto tx = decode_transaction(suite, kind, BytesView(data + 1, size - 1));
  if (!tx) return 0;
  static_cast<void>(check_transaction(GroupConfig{}, *tx));
  const auto again = decode_transaction(suite, EncodedTransaction{kind, tx->encoded});
  CHECK(again && again->hash == tx->hash && again->sender == tx->sender);
  return 0;
}
