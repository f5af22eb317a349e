// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/native_transaction.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace hanse {
namespace {

constexpr Suite kSuites[] = {Suite::standard, Suite::sm};

KeyPair key_of(Suite suite) {
  constexpr std::string_view kSecret = "1f2e3d4c5b6a79887766554433221100ffeeddccbbaa99887766554433221101";
  return KeyPair::from_secret(suite, fixed_from_hex<32>(kSecret).value()).value();
}

Transaction sample(int version) {
  Transaction tx;
  tx.kind = TransactionKind::native;
  tx.type = static_cast<std::uint8_t>(version);
  tx.nonce_text = "12345678901234567890";
  tx.block_limit = 600;
  tx.to = fixed_from_hex<20>("420f853b49838bd3e9466c85a4cc3428c960dde2").value();
  tx.input = from_hex("6d4ce63c").value();
  tx.abi = "[]";
  if (version >= 1) tx.value = 16, tx.gas_price = 32, tx.gas_limit = 300'000'000;
  return tx;
}

Bytes signed_sample(Suite suite, int version) {
  return sign_native_transaction(key_of(suite), sample(version), "chain0", "group0");
}
Result<Transaction> decode(Suite suite, BytesView encoded) {
  return decode_transaction(suite, TransactionKind::native, encoded);
}

TEST(NativeTransaction, IsTheSameInTwoHalves) {
  for (const Suite suite : kSuites)
    for (const int version : {0, 1, 2}) {
      const Bytes encoded = signed_sample(suite, version);
      auto parsed = parse_transaction(suite, {TransactionKind::native, encoded});
      ASSERT_TRUE(parsed);
      const auto signer = recover(suite, parsed->digest, parsed->signature);
      const auto tx = with_signer(suite, std::move(*parsed), signer), whole = decode(suite, encoded);
      ASSERT_TRUE(tx && whole);
      EXPECT_EQ(tx->sender, whole->sender);
      EXPECT_EQ(tx->identity, whole->identity);
      EXPECT_EQ(tx->hash, whole->hash);
      EXPECT_EQ(tx->encoded, whole->encoded);
      EXPECT_EQ(tx->nonce_text, whole->nonce_text);
    }
}

// Vectors of the unmodified Java SDK.
TEST(NativeTransaction, HashesAsFiscoClientsDo) {
  const auto standard = decode(Suite::standard, signed_sample(Suite::standard, 1));
  ASSERT_TRUE(standard) << standard.error().text;
  EXPECT_EQ(to_hex(standard->hash), "c90dd1b258f0c925393533bd7c8d9753d757d2413bd264022bcd1735ba073b0a");
  EXPECT_EQ(to_hex(standard->sender), "75a9f83a246584fe221af9be0f4454af9a2e444e");
  const auto sm = decode(Suite::sm, signed_sample(Suite::sm, 1));
  ASSERT_TRUE(sm) << sm.error().text;
  EXPECT_EQ(to_hex(sm->hash), "0c0e89a97fffd75273458c060b14fb3d2ccf66ba7cecf0d848034929ba76f4bd");
  EXPECT_EQ(to_hex(sm->sender), "ec6d361ff1e636ffe72a079434e00ec2f3d12a94");
}

TEST(NativeTransaction, BeginsAsTheRecordedOne) {
  const std::string hex = to_hex(signed_sample(Suite::standard, 0));
  EXPECT_EQ(hex.substr(0, 46), "1a1c2606636861696e303606" "67726f757030" "410258" "5614");
  EXPECT_NE(hex.find("7d0000046d4ce63c86025b5d0b2d000020"), std::string::npos);   // input, abi, end, data hash
  EXPECT_NE(hex.find("3d000041"), std::string::npos);                             // signature of 65 bytes
}

TEST(NativeTransaction, ReadsBackEveryVersionInBothSuites) {
  for (const Suite suite : kSuites) {
    for (const int version : {0, 1, 2}) {
      const Transaction tx = sample(version);
      const auto decoded = decode(suite, signed_sample(suite, version));
      ASSERT_TRUE(decoded) << decoded.error().text;
      EXPECT_EQ(decoded->type, version);
      EXPECT_EQ(decoded->nonce_text, tx.nonce_text);
      EXPECT_EQ(decoded->block_limit, tx.block_limit);
      EXPECT_EQ(decoded->to, tx.to);
      EXPECT_EQ(decoded->input, tx.input);
      EXPECT_EQ(decoded->abi, tx.abi);
      EXPECT_EQ(decoded->value, tx.value);
      EXPECT_EQ(decoded->gas_price, tx.gas_price);
      EXPECT_EQ(decoded->gas_limit, tx.gas_limit);
      EXPECT_TRUE(check_transaction(GroupConfig{}, *decoded));
    }
  }
}

// Signs what a client could send, without the care of sign_native_transaction.
Bytes signed_wire(native::Transaction wire) {
  const Hash hash = native_transaction_hash(Suite::standard, wire.data);
  const Bytes signature = sign(key_of(Suite::standard), hash);
  wire.signature = signature;
  return tars::encode(wire);
}
native::Transaction wire_of(int version) {
  native::Transaction wire;
  wire.data = {.version = version, .chain_id = "chain0", .group_id = "group0", .block_limit = 5, .nonce = "n"};
  return wire;
}

TEST(NativeTransaction, TakesARecipientWithOrWithoutItsPrefix) {
  native::Transaction wire = wire_of(0);
  wire.data.to = "0x420f853b49838bd3e9466c85a4cc3428c960dde2";
  const auto with = decode(Suite::standard, signed_wire(wire));
  wire.data.to.remove_prefix(2);
  const auto without = decode(Suite::standard, signed_wire(wire));
  ASSERT_TRUE(with && without);
  EXPECT_EQ(with->to, without->to);
  EXPECT_NE(with->hash, without->hash);                                // the hash covers the text
  for (const char* to : {"0x", "12", "0x420f853b49838bd3e9466c85a4cc3428c960ddeg", "/apps/hello"}) {
    wire.data.to = to;
    EXPECT_EQ(decode(Suite::standard, signed_wire(wire)).error().code, Code::malformed) << to;
  }
}

TEST(NativeTransaction, ReadsNumbersAsHexText) {
  const std::string zeros = "0x" + std::string(500, '0') + "ff", long_text = "0x" + std::string(513, '0');
  const std::string wide = "0x1" + std::string(64, '0');
  native::Transaction wire = wire_of(1);
  const auto value_of = [&](std::string_view text) -> Result<U256> {
    wire.data.value = text;
    const auto tx = decode(Suite::standard, signed_wire(wire));
    return tx ? Result<U256>(tx->value) : std::unexpected(tx.error());
  };
  EXPECT_EQ(value_of("").value(), U256{});
  EXPECT_EQ(value_of("0x").value(), U256{});
  EXPECT_EQ(value_of("0xFf1").value(), U256(0xff1));
  EXPECT_EQ(value_of(zeros).value(), U256(255));
  EXPECT_EQ(value_of(long_text).error().code, Code::value_too_long);
  EXPECT_EQ(value_of(wide).error().code, Code::value_too_long);
  for (const char* wrong : {"12", "0xg", "0x0x1", "0x 1", "-0x1"})
    EXPECT_EQ(value_of(wrong).error().code, Code::malformed) << wrong;
}

TEST(NativeTransaction, NothingUnsignedIsExecuted) {
  native::Transaction wire = wire_of(0);                               // version 0 does not sign these
  wire.data.value = "0xffff", wire.data.gas_price = "0x1", wire.data.gas_limit = 5;
  const auto decoded = decode(Suite::standard, signed_wire(wire));
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->value.is_zero() && decoded->gas_price.is_zero());
  EXPECT_EQ(decoded->gas_limit, 0u);
  EXPECT_EQ(gas_limit_of(GroupConfig{}, *decoded), GroupConfig{}.tx_gas_limit);
}

TEST(NativeTransaction, IsRefusedWhenItsFormForbidsIt) {
  const auto code_of = [](const native::Transaction& wire) {
    return decode(Suite::standard, signed_wire(wire)).error().code;
  };
  native::Transaction wire = wire_of(3);
  EXPECT_EQ(code_of(wire), Code::malformed);
  wire = wire_of(-1);
  EXPECT_EQ(code_of(wire), Code::malformed);
  wire = wire_of(0), wire.data.nonce = "";
  EXPECT_EQ(code_of(wire), Code::malformed);
  wire = wire_of(1), wire.data.gas_limit = -1;
  EXPECT_EQ(code_of(wire), Code::malformed);
  wire = wire_of(0), wire.type = 1;
  EXPECT_EQ(code_of(wire), Code::malformed);
  const Bytes other(32, 7), half(16, 7);
  wire = wire_of(0), wire.data_hash = other;
  EXPECT_EQ(code_of(wire), Code::malformed);
  wire = wire_of(0), wire.data_hash = half;
  EXPECT_EQ(code_of(wire), Code::malformed);
  EXPECT_EQ(decode(Suite::standard, {}).error().code, Code::malformed);
  EXPECT_EQ(decode(Suite::sm, signed_sample(Suite::standard, 0)).error().code, Code::malformed);   // another hash
}

TEST(NativeTransaction, OfTwoSignersHasOneHashAndTwoIdentities) {
  const Bytes first = signed_sample(Suite::standard, 0);
  const Bytes second = sign_native_transaction(KeyPair::generate(Suite::standard), sample(0), "chain0", "group0");
  const auto one = decode(Suite::standard, first), other = decode(Suite::standard, second);
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->hash, other->hash);
  EXPECT_NE(one->identity, other->identity);
}

TEST(NativeTransaction, IsCheckedAgainstTheGroup) {
  Transaction tx = decode(Suite::standard, signed_sample(Suite::standard, 1)).value();
  GroupConfig config;
  EXPECT_TRUE(check_transaction(config, tx));
  config.chain_id = "chain1";
  EXPECT_EQ(check_transaction(config, tx).error().code, Code::wrong_chain_id);
  config = {}, config.group_id = "group1";
  EXPECT_EQ(check_transaction(config, tx).error().code, Code::wrong_group_id);
}

TEST(NativeTransaction, EveryWrongByteIsRefusedOrChangesOnlyWhatIsUnsigned) {
  for (const Suite suite : kSuites) {
    const Bytes encoded = signed_sample(suite, 2);
    const Transaction tx = decode(suite, encoded).value();
    for (std::size_t i = 0; i < encoded.size(); ++i) {
      Bytes wrong = encoded;
      wrong[i] ^= 0x01;
      const auto decoded = decode(suite, wrong);
      EXPECT_TRUE(!decoded || decoded->identity != tx.identity || decoded->sender == tx.sender) << i;
      EXPECT_FALSE(decode(suite, BytesView(encoded).first(i)));
    }
  }
}

// The hash covers nonce, recipient, input and ABI one after another, without lengths: what is cut elsewhere has the same
// hash, and so the same signature.
TEST(NativeTransaction, CutElsewhereIsRefused) {
  Transaction call = sample(0);
  call.input = from_hex("a9059cbb00000000000000000000000000000000000000000000000000000000000003e8").value(), call.abi.clear();
  const Bytes encoded = sign_native_transaction(key_of(Suite::standard), call, "chain0", "group0");
  const auto original = tars::decode<native::Transaction>(encoded);
  ASSERT_TRUE(original && decode(Suite::standard, encoded));

  const auto expect_refused = [&](const native::Transaction& cut) {
    EXPECT_EQ(native_transaction_hash(Suite::standard, cut.data), decode(Suite::standard, encoded)->hash);
    const auto decoded = decode(Suite::standard, tars::encode(cut));
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().code, Code::malformed);
  };
  native::Transaction cut = *original;                       // the last bytes of the amount are an ABI
  cut.data.input = original->data.input.first(34), cut.data.abi = as_text(original->data.input.subspan(34));
  expect_refused(cut);
  cut = *original;                                           // the recipient belongs to the nonce: a deployment
  const std::string nonce = std::string(original->data.nonce) + std::string(original->data.to);
  cut.data.nonce = nonce, cut.data.to = {};
  expect_refused(cut);
  cut = *original;                                           // the recipient belongs to the input: a deployment
  Bytes input = to_bytes(original->data.to);
  append(input, original->data.input);
  cut.data.to = {}, cut.data.input = input;
  expect_refused(cut);

  Transaction deployment = sample(0);                        // a nonce as long as FISCO BCOS's Java client draws it
  deployment.nonce_text = std::string(77, '7'), deployment.to.reset();
  const Bytes deployed = sign_native_transaction(key_of(Suite::standard), deployment, "chain0", "group0");
  ASSERT_TRUE(decode(Suite::standard, deployed));
  cut = *tars::decode<native::Transaction>(deployed);
  cut.data.nonce = std::string_view(deployment.nonce_text).substr(40), cut.data.to = std::string_view(deployment.nonce_text).substr(37);
  EXPECT_FALSE(decode(Suite::standard, tars::encode(cut)).has_value());
}

}  // namespace
}  // namespace hanse
