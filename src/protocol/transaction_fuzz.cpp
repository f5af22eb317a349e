// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// As a client or a peer sends it, signature and all. The first byte picks suite and kind. What decodes names a sender,
// and decoding its own bytes again gives the same transaction. (OpenSSL's tables of the sm curve, made at the first use, are most of the memory.)
#include "base/fuzz_target.hpp"
#include "protocol/transaction.hpp"

FUZZ_TARGET(transaction, .fixed = 1u << 20) {
  using namespace hanse;
  if (input.empty()) return;
  const Suite suite = input[0] & 1 ? Suite::sm : Suite::standard;
  const TransactionKind kind = input[0] & 2 ? TransactionKind::native : TransactionKind::web3;
  const auto tx = decode_transaction(suite, kind, input.subspan(1));
  if (!tx) return;
  CHECK(equal(tx->encoded, input.subspan(1)));
  const auto checked = check_transaction(GroupConfig{}, *tx);
  if (checked) CHECK(tx->to || tx->input.size() <= kInitCodeSizeMax);
  const auto again = decode_transaction(suite, EncodedTransaction{kind, tx->encoded});
  CHECK(again && again->hash == tx->hash && again->sender == tx->sender && again->identity == tx->identity);
  const auto stored = decode_stored_transaction(suite, EncodedTransaction{kind, tx->encoded}, tx->sender);
  CHECK(stored && stored->identity == tx->identity && stored->input == tx->input);
}
