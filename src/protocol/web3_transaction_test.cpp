// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/web3_transaction.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "codec/rlp.hpp"

namespace hanse {
namespace {

KeyPair key_of(std::string_view hex) {
  return KeyPair::from_secret(Suite::standard, fixed_from_hex<32>(hex).value()).value();
}
const KeyPair& key() {
  static const KeyPair pair = key_of("1f2e3d4c5b6a79887766554433221100ffeeddccbbaa99887766554433221101");
  return pair;
}

Transaction sample(std::uint8_t type) {
  Transaction tx;
  tx.type = type;
  tx.nonce = 7;
  tx.gas_price = 2'000'000'000, tx.max_priority_fee = type >= 2 ? U256(1) : tx.gas_price;
  tx.gas_limit = 100'000;
  tx.to = Address::of(Bytes(20, 0x35));
  tx.value = 12345;
  tx.input = Bytes(60, 0xab);
  tx.chain_id = 20200;
  if (type >= 1) tx.access_list = {{*tx.to, {Hash{}, Hash::of(Bytes(32, 9))}}, {Address{}, {}}};
  if (type == 4) tx.authorizations = {{20200, *tx.to, 3, 1, 77, 78}};
  return tx;
}

Result<Transaction> decode(BytesView encoded) {
  return decode_transaction(Suite::standard, TransactionKind::web3, encoded);
}

TEST(Web3Transaction, IsTheSameInTwoHalves) {
  for (const std::uint8_t type : {0, 1, 2, 4}) {
    const Bytes encoded = sign_web3_transaction(key(), sample(type));
    auto parsed = parse_transaction(Suite::standard, {TransactionKind::web3, encoded});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->tx.sender, Address{});
    const auto signer = recover(Suite::standard, parsed->digest, parsed->signature);
    const auto tx = with_signer(Suite::standard, std::move(*parsed), signer), whole = decode(encoded);
    ASSERT_TRUE(tx && whole);
    EXPECT_EQ(tx->sender, whole->sender);
    EXPECT_EQ(tx->identity, whole->identity);
    EXPECT_EQ(tx->hash, whole->hash);
    EXPECT_EQ(tx->encoded, whole->encoded);
    EXPECT_EQ(sign_web3_transaction(key(), *tx), encoded);
  }
  auto parsed = parse_transaction(Suite::standard, {TransactionKind::web3, sign_web3_transaction(key(), sample(2))});
  const auto refused = with_signer(Suite::standard, std::move(*parsed), fail(Code::bad_signature, "not signed"));
  EXPECT_EQ(refused.error().code, Code::invalid_signature);
  EXPECT_EQ(refused.error().text, "not signed");
  EXPECT_EQ(parse_transaction(Suite::standard, {TransactionKind::web3, Bytes(kTransactionBytesMax + 1, 0xf8)}).error().code, Code::too_large);
  EXPECT_EQ(parse_transaction(Suite::sm, {TransactionKind::web3, sign_web3_transaction(key(), sample(2))}).error().code, Code::malformed);
}

// The example of EIP-155, byte for byte.
TEST(Web3Transaction, IsThatOfEip155) {
  Transaction tx;
  tx.nonce = 9;
  tx.gas_price = 20'000'000'000;
  tx.gas_limit = 21000;
  tx.to = Address::of(Bytes(20, 0x35));
  tx.value = 1'000'000'000'000'000'000;
  tx.chain_id = 1;
  const KeyPair signer = key_of("4646464646464646464646464646464646464646464646464646464646464646");
  const Bytes encoded = sign_web3_transaction(signer, tx);
  EXPECT_EQ(to_hex(encoded),
            "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe"
            "537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
  const auto decoded = decode(encoded);
  ASSERT_TRUE(decoded) << decoded.error().text;
  EXPECT_EQ(to_hex(decoded->sender), "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
  EXPECT_EQ(decoded->chain_id, 1u);
  EXPECT_EQ(decoded->encoded, encoded);
  EXPECT_EQ(web3_signature_of(encoded)->v, 37u);
}

TEST(Web3Transaction, ReadsBackEveryType) {
  for (const int type : {0, 1, 2, 4}) {
    const Transaction tx = sample(static_cast<std::uint8_t>(type));
    const Bytes encoded = sign_web3_transaction(key(), tx);
    const auto decoded = decode(encoded);
    ASSERT_TRUE(decoded) << type << ": " << decoded.error().text;
    EXPECT_EQ(decoded->type, type);
    EXPECT_EQ(decoded->sender, address_of(Suite::standard, key().public_key));
    EXPECT_EQ(decoded->hash, keccak256(encoded));
    EXPECT_EQ(decoded->nonce, tx.nonce);
    EXPECT_EQ(decoded->to, tx.to);
    EXPECT_EQ(decoded->value, tx.value);
    EXPECT_EQ(decoded->gas_price, tx.gas_price);
    EXPECT_EQ(decoded->max_priority_fee, tx.max_priority_fee);
    EXPECT_EQ(decoded->gas_limit, tx.gas_limit);
    EXPECT_EQ(decoded->input, tx.input);
    EXPECT_EQ(decoded->chain_id, tx.chain_id);
    ASSERT_EQ(decoded->access_list.size(), tx.access_list.size());
    for (std::size_t i = 0; i < tx.access_list.size(); ++i)
      EXPECT_EQ(decoded->access_list[i].slots, tx.access_list[i].slots);
    ASSERT_EQ(decoded->authorizations.size(), tx.authorizations.size());
    for (std::size_t i = 0; i < tx.authorizations.size(); ++i)
      EXPECT_EQ(decoded->authorizations[i].s, tx.authorizations[i].s);
    EXPECT_EQ(sign_web3_transaction(key(), *decoded), encoded);
  }
}

TEST(Web3Transaction, WithoutAChainIdRunsOnAny) {
  Transaction tx = sample(0);
  tx.chain_id.reset();
  const auto decoded = decode(sign_web3_transaction(key(), tx));
  ASSERT_TRUE(decoded);
  EXPECT_FALSE(decoded->chain_id);
  EXPECT_TRUE(check_transaction(GroupConfig{}, *decoded));
}

TEST(Web3Transaction, CreatesAContractWithoutARecipient) {
  Transaction tx = sample(2);
  tx.to.reset();
  EXPECT_FALSE(decode(sign_web3_transaction(key(), tx))->to);
}

TEST(Web3Transaction, IsRefusedWhenItsFormForbidsIt) {
  const auto code_of = [](const Transaction& tx) { return decode(sign_web3_transaction(key(), tx)).error().code; };
  Transaction tx = sample(2);
  tx.max_priority_fee = tx.gas_price;
  EXPECT_TRUE(add_to(tx.max_priority_fee, 1));
  EXPECT_EQ(code_of(tx), Code::malformed);
  tx = sample(2), tx.nonce = ~0ull;
  EXPECT_EQ(code_of(tx), Code::malformed);
  tx = sample(4), tx.to.reset();
  EXPECT_EQ(code_of(tx), Code::malformed);
  tx = sample(4), tx.authorizations.clear();
  EXPECT_EQ(code_of(tx), Code::malformed);
  EXPECT_EQ(decode({}).error().code, Code::malformed);
  EXPECT_EQ(decode(Bytes{3, 0xc0}).error().code, Code::malformed);      // blobs
  EXPECT_EQ(decode(Bytes(kTransactionBytesMax + 1, 0xf8)).error().code, Code::too_large);
  const auto on_sm = decode_transaction(Suite::sm, TransactionKind::web3, sign_web3_transaction(key(), sample(2)));
  EXPECT_EQ(on_sm.error().code, Code::malformed);
}

// The same items with another v, r or s.
Bytes with_signature(const Transaction& tx, std::uint64_t v, BytesView r, BytesView s) {
  rlp::Reader in(tx.encoded);
  Bytes items, out;
  in.enter_list();
  for (int i = 0; i < 6; ++i) rlp::put_bytes(items, in.read_bytes());
  rlp::put_uint(items, v);
  rlp::put_bytes(items, r), rlp::put_bytes(items, s);
  rlp::put_list(out, items);
  return out;
}

TEST(Web3Transaction, RefusesSignaturesThatAreNotTheOneForm) {
  const Transaction tx = decode(sign_web3_transaction(key(), sample(0))).value();
  const Web3Signature good = web3_signature_of(tx.encoded).value();
  const auto trimmed = [](const U256& number) {
    Bytes bytes = to_bytes(BytesView(number.to_be()));
    bytes.erase(bytes.begin(), std::ranges::find_if(bytes, [](std::uint8_t b) { return b != 0; }));
    return bytes;
  };
  const Bytes r = trimmed(good.r), s = trimmed(good.s);
  EXPECT_EQ(with_signature(tx, good.v, r, s), tx.encoded);
  U256 high = U256::from_be(from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141").value());
  const Bytes order = trimmed(high);
  EXPECT_TRUE(subtract_from(high, good.s));
  EXPECT_EQ(decode(with_signature(tx, good.v ^ 1, r, trimmed(high))).error().code, Code::invalid_signature);
  EXPECT_EQ(decode(with_signature(tx, good.v, {}, s)).error().code, Code::invalid_signature);
  EXPECT_EQ(decode(with_signature(tx, good.v, r, {})).error().code, Code::invalid_signature);
  EXPECT_EQ(decode(with_signature(tx, good.v, order, s)).error().code, Code::invalid_signature);
  EXPECT_EQ(decode(with_signature(tx, 29, r, s)).error().code, Code::malformed);
  EXPECT_EQ(decode(with_signature(tx, 0, r, s)).error().code, Code::malformed);
  Bytes padded = r;
  padded.insert(padded.begin(), 0);
  EXPECT_FALSE(decode(with_signature(tx, good.v, padded, s)));
}

TEST(Web3Transaction, EveryWrongByteIsRefusedOrAnotherTransaction) {
  for (const int type : {0, 1, 2, 4}) {
    const Transaction tx = decode(sign_web3_transaction(key(), sample(static_cast<std::uint8_t>(type)))).value();
    for (std::size_t i = 0; i < tx.encoded.size(); ++i) {
      for (const int flip : {0x01, 0x80}) {
        Bytes wrong = tx.encoded;
        wrong[i] ^= static_cast<std::uint8_t>(flip);
        const auto decoded = decode(wrong);
        EXPECT_TRUE(!decoded || (decoded->hash != tx.hash && decoded->sender != tx.sender)) << type << " at " << i;
      }
      EXPECT_FALSE(decode(BytesView(tx.encoded).first(i)));
    }
    Bytes longer = tx.encoded;
    longer.push_back(0);
    EXPECT_FALSE(decode(longer));
  }
}

TEST(Web3Transaction, IsCheckedAgainstTheGroup) {
  const GroupConfig config;
  Transaction tx = sample(2);
  EXPECT_TRUE(check_transaction(config, tx));
  tx.chain_id = 1;
  EXPECT_EQ(check_transaction(config, tx).error().code, Code::wrong_chain_id);
  tx = sample(2), tx.gas_limit = config.tx_gas_limit + 1;
  EXPECT_EQ(check_transaction(config, tx).error().code, Code::gas_limit_too_high);
  tx = sample(2), tx.input = Bytes(kInitCodeSizeMax + 1);
  EXPECT_TRUE(check_transaction(config, tx));
  tx.to.reset();
  EXPECT_EQ(check_transaction(config, tx).error().code, Code::init_code_too_long);
}

}  // namespace
}  // namespace hanse
