// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/block.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "codec/tars.hpp"
#include "protocol/bound_hash.hpp"
#include "protocol/status.hpp"

namespace hanse {
namespace {

Hash leaf(std::size_t i) { return keccak256(as_bytes(std::to_string(i))); }
std::vector<Hash> leaves(std::size_t count) {
  std::vector<Hash> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(leaf(i));
  return all;
}
Hash joined(const Hash& left, const Hash& right) {
  Bytes both = to_bytes(BytesView(left));
  append(both, right);
  return keccak256(both);
}

// A vector of FISCO BCOS, whose contract address has no prefix.
TEST(Receipt, HashesAsFiscoClientsDo) {
  Receipt receipt;
  receipt.gas_used = 24363;
  receipt.output = Bytes(32, 0);
  receipt.output.back() = 5;
  receipt.block_number = 33;
  constexpr std::string_view kAddress = "102e8c2e81bbd4ea12a2d1a9a1fc1d5d1a1a1a1a";
  EXPECT_EQ(to_hex(receipt_hash(Suite::standard, receipt, kAddress)),
            "3ccdbb455e4d55d23be577cb639310e9a83c3111f458ed05c900e14cf4d54d94");
  EXPECT_EQ(to_hex(receipt_hash(Suite::sm, receipt, kAddress)),
            "9a15e35aac4a0e7458b3eb006b94cafebf07bd4a2dad26ddab00f1ba5dd3b6d8");
}

TEST(Receipt, HashesTheAddressTextThatClientsAreShown) {
  Receipt receipt;
  EXPECT_EQ(contract_address_text(receipt), "");
  EXPECT_EQ(receipt_hash(Suite::standard, receipt), receipt_hash(Suite::standard, receipt, ""));
  receipt.contract_address = Address::of(Bytes(20, 0xab));
  EXPECT_EQ(contract_address_text(receipt), "0xabababababababababababababababababababab");
}

TEST(Receipt, HashesTheGasPriceFromVersionOneOn) {
  Receipt cheap, dear;
  dear.effective_gas_price = 5;
  EXPECT_EQ(receipt_hash(Suite::standard, cheap), receipt_hash(Suite::standard, dear));
  cheap.version = dear.version = 1;
  EXPECT_NE(receipt_hash(Suite::standard, cheap), receipt_hash(Suite::standard, dear));
}

TEST(Receipt, ReadsBack) {
  Receipt receipt;
  receipt.status = 16, receipt.gas_used = 21000, receipt.contract_address = Address{}, receipt.message = "why";
  receipt.logs = {{Address{}, leaves(4), Bytes(100, 1)}, {}};
  receipt.effective_gas_price = U256::from_be(Bytes(32, 0xff));
  EXPECT_EQ(tars::decode_canonical<Receipt>(tars::encode(receipt)).value(), receipt);
}

TEST(BlockHeader, HashesEveryField) {
  BlockHeader header;
  header.number = 5, header.sealer_list = {NodeId{}}, header.weights = {1};
  const Hash hash = header_hash(Suite::standard, header);
  const auto changes = [&](auto&& change) {
    BlockHeader other = header;
    change(other);
    return header_hash(Suite::standard, other) != hash;
  };
  EXPECT_TRUE(changes([](BlockHeader& h) { h.version = 1; }));
  EXPECT_TRUE(changes([](BlockHeader& h) { h.number = 6; }));
  EXPECT_TRUE(changes([](BlockHeader& h) { h.parent_hash.bytes[0] = 1; }));
  EXPECT_TRUE(changes([](BlockHeader& h) { h.transactions_root.bytes[0] = 1; }));
  EXPECT_TRUE(changes([](BlockHeader& h) { h.receipts_root.bytes[0] = 1; }));
  EXPECT_TRUE(changes([](BlockHeader& h) { h.state_root.bytes[0] = 1; }));
  EXPECT_TRUE(changes([](BlockHeader& h) { h.gas_used = 1; }));
  EXPECT_TRUE(changes([](BlockHeader& h) { h.timestamp_ms = 1; }));
  EXPECT_TRUE(changes([](BlockHeader& h) { h.sealer = 1; }));
  EXPECT_TRUE(changes([](BlockHeader& h) { h.sealer_list[0].bytes[0] = 1; }));
  EXPECT_TRUE(changes([](BlockHeader& h) { h.weights[0] = 2; }));
  EXPECT_TRUE(changes([](BlockHeader& h) { h.extra_data = {1}; }));
  EXPECT_NE(header_hash(Suite::sm, header), hash);
}

TEST(Merkle, PairsLeavesAndHashesAnOddOneAlone) {
  EXPECT_EQ(merkle_root(Suite::standard, {}), Hash{});
  EXPECT_EQ(merkle_root(Suite::standard, leaves(1)), leaf(0));
  EXPECT_EQ(merkle_root(Suite::standard, leaves(2)), joined(leaf(0), leaf(1)));
  EXPECT_EQ(merkle_root(Suite::standard, leaves(3)), joined(joined(leaf(0), leaf(1)), keccak256(leaf(2))));
}

TEST(Merkle, EveryLeafHasAProofAndNoOther) {
  for (const Suite suite : {Suite::standard, Suite::sm}) {
    for (std::size_t count = 1; count <= 17; ++count) {
      const Hash root = merkle_root(suite, leaves(count));
      for (std::size_t i = 0; i < count; ++i) {
        const auto proof = merkle_proof(suite, leaves(count), i);
        EXPECT_TRUE(merkle_proof_holds(suite, leaf(i), proof, root));
        EXPECT_FALSE(merkle_proof_holds(suite, leaf(count), proof, root));
        if (!proof.empty()) {
          EXPECT_EQ(proof[0].nodes.size(), i == count - 1 && count % 2 == 1 ? 1u : 2u);
        }
      }
    }
  }
}

TEST(Proposal, HashIsBoundToChainGroupAndHead) {
  const ProposalHead head;
  ProposalHead later;
  later.first_view = 1;
  const Hash hash = proposal_hash(Suite::standard, "chain0", "group0", head);
  EXPECT_NE(hash, proposal_hash(Suite::standard, "chain0", "group0", later));
  EXPECT_NE(hash, proposal_hash(Suite::standard, "chain0", "group1", head));
  EXPECT_NE(hash, proposal_hash(Suite::standard, "chain1", "group0", head));
  EXPECT_NE(hash, proposal_hash(Suite::standard, "chain0g", "roup0", head));
  EXPECT_NE(hash, proposal_hash(Suite::sm, "chain0", "group0", head));
  EXPECT_NE(hash, bound_hash_of(Suite::standard, "hanse.prepare.v1", "chain0", "group0", head));
}

TEST(Proposal, HashIsFixedByTheWireFormat) {
  Bytes expected;
  for (const std::string_view text : {"hanse.proposal.v1", "chain0", "group0"}) {
    append_be(expected, static_cast<std::uint32_t>(text.size()));
    append(expected, as_bytes(text));
  }
  ProposalHead head;
  head.epoch = 1, head.number = 300, head.proposer = 2;
  append(expected, from_hex("1001" "21012c" "3d000020").value());   // epoch, number, parent
  append(expected, Hash{});
  append(expected, from_hex("5002" "7d000020").value());            // time and view left out; proposer, payload hash
  append(expected, Hash{});
  EXPECT_EQ(proposal_hash(Suite::standard, "chain0", "group0", head), keccak256(expected));
}

TEST(CertifiedBlock, ReadsBack) {
  CertifiedBlock block;
  block.proposal.head.number = 3, block.proposal.payload = Bytes(64, 1);
  block.certificate.signatures = {{0, Bytes(65, 1)}, {2, Bytes(65, 2)}};
  block.transactions = {{TransactionKind::web3, Bytes(100, 3)}, {TransactionKind::native, {}}};
  const auto read = tars::decode_canonical<CertifiedBlock>(tars::encode(block));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->proposal, block.proposal);
  EXPECT_EQ(read->certificate, block.certificate);
  EXPECT_EQ(read->transactions, block.transactions);
}

TEST(TransactionStatus, HasTheNamesThatClientsKnow) {
  EXPECT_EQ(status_name(0), "None");
  EXPECT_EQ(status_name(number_of(TransactionStatus::revert_instruction)), "RevertInstruction");
  EXPECT_EQ(status_name(Code::block_limit_failed), "BlockLimitCheckFail");
  EXPECT_EQ(status_name(4711), "Unknown");
}

}  // namespace
}  // namespace hanse
