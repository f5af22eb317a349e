// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a peer sends and a disk gives back: blocks and their parts.
#include "base/fuzz_target.hpp"
#include "codec/tars_round_trip.hpp"
#include "protocol/block.hpp"

namespace hanse {
namespace {

FUZZ_TARGET(block_header, .per_byte = 128) {
  const auto header = tars::round_trip<BlockHeader>(input);
  if (!header) return;
  CHECK(header_hash(Suite::standard, *header) != header_hash(Suite::sm, *header));
  tars::round_trip<HeaderExtra>(header->extra_data);
}

FUZZ_TARGET(header_extra, .per_byte = 128) { tars::round_trip<HeaderExtra>(input); }

FUZZ_TARGET(receipt, .per_byte = 192) {
  const auto receipt = tars::round_trip<Receipt>(input);
  if (!receipt) return;
  CHECK(receipt_hash(Suite::standard, *receipt) == receipt_hash(Suite::standard, *receipt, contract_address_text(*receipt)));
}

FUZZ_TARGET(proposal) {
  const auto proposal = tars::round_trip<Proposal>(input);
  if (!proposal) return;
  const Hash hash = proposal_hash(Suite::standard, "chain0", "group0", proposal->head);
  CHECK(hash != proposal_hash(Suite::standard, "chain0", "group1", proposal->head));
}

FUZZ_TARGET(certificate_of_block, .per_byte = 192) { tars::round_trip<Certificate>(input); }

FUZZ_TARGET(certified_block, .per_byte = 192) { tars::round_trip<CertifiedBlock>(input); }

}  // namespace
}  // namespace hanse
