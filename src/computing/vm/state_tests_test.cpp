// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Ethereum's official state tests (ethereum/tests and execution-spec-tests), for the forks that we have: each case must
// give the state root and the logs that the file names. Read from shared data; left out where those are absent.
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/hex.hpp"
#include "computing/vm/evm.hpp"
#include "computing/vm/trie_root.hpp"
#include "storage/state/map_state.hpp"

namespace hanse::vm {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

U256 number_of(const Json& json) {
  const auto bytes = from_hex(json.get<std::string>().size() % 2 ? "0x0" + json.get<std::string>().substr(2)
                                                                  : json.get<std::string>());
  return U256::from_be(bytes.value_or(Bytes{}));
}
std::uint64_t u64_of(const Json& json) { return number_of(json).limbs[0]; }
Bytes bytes_of(const Json& json) { return from_hex(json.get<std::string>()).value_or(Bytes{}); }
Address address_of(const Json& json) { return fixed_from_hex<20>(json.get<std::string>()).value_or(Address{}); }

state::MapState state_of(const Json& pre) {
  state::MapState state;
  for (const auto& [name, account] : pre.items()) {
    const Address at = fixed_from_hex<20>(name).value();
    const Bytes code = bytes_of(account["code"]);
    const auto code_hash = code.empty() ? std::nullopt : std::optional(keccak256(code));
    const state::Account value{number_of(account["balance"]), u64_of(account["nonce"]), code_hash};
    if (!code.empty()) state.rows[to_bytes(state::code_key(*code_hash))] = code;
    state.put(at, value);
    for (const auto& [key, word] : account["storage"].items())
      if (!number_of(word).is_zero()) state.put_slot(at, number_of(Json(key)), number_of(word));
  }
  return state;
}

Hash root_of(const state::MapState& state) {
  std::map<Address, TrieRoot> storage;
  TrieRoot accounts;
  for (const auto& [key, value] : state.rows) {
    if (key[0] != 's') continue;
    Bytes encoded;
    rlp::put_uint(encoded, U256::from_be(value));
    storage[Address::of(BytesView(key).subspan(1))].put(BytesView(key).subspan(21), std::move(encoded));
  }
  for (const auto& [key, value] : state.rows) {
    if (key[0] != 'a') continue;
    const Address at = Address::of(BytesView(key).subspan(1));
    const auto account = tars::decode<state::Account>(value).value();
    Bytes items, list;
    rlp::put_uint(items, account.nonce);
    rlp::put_uint(items, account.balance);
    rlp::put_bytes(items, storage[at].root());
    rlp::put_bytes(items, account.code_hash.value_or(keccak256({})));
    rlp::put_list(list, items);
    accounts.put(at, std::move(list));
  }
  return accounts.root();
}

Hash logs_hash(const std::vector<LogEntry>& logs) {
  Bytes all, list;
  for (const LogEntry& log : logs) {
    Bytes items, topics;
    rlp::put_bytes(items, log.address);
    for (const Hash& topic : log.topics) rlp::put_bytes(topics, topic);
    rlp::put_list(items, topics);
    rlp::put_bytes(items, log.data);
    rlp::put_list(all, items);
  }
  rlp::put_list(list, all);
  return keccak256(list);
}

BlockInfo block_of(const Json& env, Fork fork) {
  const auto field = [&](const char* name) { return env.contains(name) ? number_of(env[name]) : U256(); };
  return {.fork = fork,
          .chain_id = 1,
          .tx_gas_limit_max = fork == Fork::osaka ? 1u << 24 : ~0ull,   // EIP-7825
          .gas_limit = field("currentGasLimit").limbs[0],
          .number = static_cast<BlockNumber>(field("currentNumber").limbs[0]),
          .timestamp_s = field("currentTimestamp").limbs[0],
          .prevrandao = field("currentRandom").to_be(),
          .beneficiary = address_of(env["currentCoinbase"]),
          .base_fee = field("currentBaseFee").limbs[0],
          .block_hash = [](BlockNumber number) { return keccak256(as_bytes(std::to_string(number))); }};
}

// A transaction of a file at one choice of data, gas limit and value, with what its message borrows.
struct Case {
  Message message;
  Bytes input;
  std::vector<AccessListEntry> access_list;
  std::vector<Authorization> authorizations;
  U256 fee_max;
  bool is_malformed = false;   // what decoding and admission refuse, before the EVM

  Case(const Json& tx, const Json& indexes, const BlockInfo& block) {
    const std::size_t data = indexes["data"];
    input = bytes_of(tx["data"][data]);
    message.from = tx.contains("sender") ? address_of(tx["sender"]) : sender_of(tx["secretKey"]);
    if (tx.contains("to") && !tx["to"].get<std::string>().empty()) message.to = address_of(tx["to"]);
    message.nonce = u64_of(tx["nonce"]);
    message.gas_limit = u64_of(tx["gasLimit"][indexes["gas"].get<std::size_t>()]);
    message.value = number_of(tx["value"][indexes["value"].get<std::size_t>()]);
    message.input = input;
    read_access_list(tx, data);
    read_authorizations(tx);
    read_fees(tx, block);
    const Json& value = tx["value"][indexes["value"].get<std::size_t>()];
    is_malformed |= value.get<std::string>().size() > 66;
    is_malformed |= !number_of(tx["gasLimit"][indexes["gas"].get<std::size_t>()]).fits_u64();
  }

 private:
  static Address sender_of(const Json& key) {
    const auto pair = KeyPair::from_secret(Suite::standard, SecretKey::of(number_of(key).to_be()));
    return hanse::address_of(Suite::standard, pair.value().public_key);
  }
  void read_access_list(const Json& tx, std::size_t data) {
    if (!tx.contains("accessLists") || tx["accessLists"][data].is_null()) return;
    message.type = 1;
    for (const Json& entry : tx["accessLists"][data]) {
      auto& item = access_list.emplace_back(AccessListEntry{.address = address_of(entry["address"])});
      for (const Json& key : entry["storageKeys"]) item.slots.push_back(number_of(key).to_be());
    }
    message.access_list = access_list;
  }
  void read_authorizations(const Json& tx) {
    if (!tx.contains("authorizationList")) return;
    message.type = 4;
    for (const Json& entry : tx["authorizationList"]) {
      const U256 nonce = number_of(entry["nonce"]), parity = number_of(entry.value("v", entry.value("yParity", "0x0")));
      is_malformed |= !nonce.fits_u64() || parity > U256(255);
      authorizations.push_back({.chain_id = number_of(entry["chainId"]), .address = address_of(entry["address"]),
                                .nonce = nonce.limbs[0], .y_parity = static_cast<std::uint8_t>(parity.limbs[0]),
                                .r = number_of(entry["r"]), .s = number_of(entry["s"])});
    }
    is_malformed |= authorizations.empty() || !message.to;
    message.authorizations = authorizations;
  }
  void read_fees(const Json& tx, const BlockInfo& block) {
    if (tx.contains("gasPrice")) {
      fee_max = message.gas_price = number_of(tx["gasPrice"]);
    } else {
      if (message.type != 4) message.type = 2;
      fee_max = number_of(tx["maxFeePerGas"]);
      U256 price = number_of(tx["maxPriorityFeePerGas"]);
      is_malformed |= price > fee_max;
      is_malformed |= !add_to(price, block.base_fee);
      message.gas_price = std::min(price, fee_max);
    }
    is_malformed |= fee_max < U256(block.base_fee);
  }
};

struct Tally { int passed = 0, left_out = 0; std::vector<std::string> failed; };

// Admission asks for value + gas limit × highest fee; the EVM, for what is paid.
bool can_pay(const state::MapState& state, const Case& test) {
  U256 cost = test.fee_max;
  return multiply_by(cost, test.message.gas_limit) && add_to(cost, test.message.value) &&
         cost <= state.account(test.message.from).balance;
}

void run_case(const std::string& name, const Json& test, Fork fork, const Json& post, Tally& tally) {
  if (test["transaction"].contains("blobVersionedHashes")) {   // no blobs here
    ++tally.left_out;
    return;
  }
  const BlockInfo block = block_of(test["env"], fork);
  const Case run(test["transaction"], post["indexes"], block);
  state::MapState state = state_of(test["pre"]);
  state::CodeCache codes(analyse_code, 1 << 20);
  state::Journal journal(Suite::standard, state, codes);
  const Contracts contracts;
  Evm evm(block, journal, contracts);
  journal.begin_transaction();
  bool is_rejected = run.is_malformed || !can_pay(state, run);
  if (!is_rejected) {
    const auto ended = evm.transact(run.message);
    if (!ended) return tally.failed.push_back(name + ": " + ended.error().text);
    is_rejected = (*ended)->ending == Ending::rejected;
  }
  const auto logs = journal.take_logs();
  journal.end_transaction(!is_rejected);
  state.apply(journal.diff().value());
  if (is_rejected != post.contains("expectException")) tally.failed.push_back(name + ": rejection");
  else if (root_of(state) != number_of(post["hash"]).to_be()) tally.failed.push_back(name + ": root");
  else if (logs_hash(logs) != number_of(post["logs"]).to_be()) tally.failed.push_back(name + ": logs");
  else ++tally.passed;
}

void run_file(const fs::path& path, Tally& tally) {
  static const std::map<std::string, Fork> forks{
      {"Cancun", Fork::cancun}, {"Prague", Fork::prague}, {"Osaka", Fork::osaka}};
  std::ifstream file(path);
  const Json content = Json::parse(file, nullptr, false);
  if (content.is_discarded()) return tally.failed.push_back(path.string() + ": does not parse");
  for (const auto& [name, test] : content.items()) {
    for (const auto& [fork_name, posts] : test["post"].items()) {
      const auto fork = forks.find(fork_name);
      if (fork == forks.end()) continue;
      for (const Json& post : posts) run_case(path.stem().string() + " " + name, test, fork->second, post, tally);
    }
  }
}

const std::set<std::string> kLeftOut{
    // A creation where storage was without nonce or code (EIP-7610): our states never hold that (journal.hpp).
    "create2collisionStorageParis", "dynamicAccountOverwriteEmpty_Paris", "RevertInCreateInInit_Paris",
    // Most of a minute each, for one thing tried many times.
    "CALLBlake2f_MaxRounds", "loopMul"};

void run_folder(const char* folder, int passed_min) {
  const char* shared = std::getenv("HANSE_SHARED");
  const fs::path archive = fs::path(shared ? shared : HANSE_SOURCE_DIR "/../shared") / "data/evm-tests.tar.xz";
  if (!fs::exists(archive)) GTEST_SKIP() << archive << " is absent";
  const fs::path at = fs::path(testing::TempDir()) / fmt::format("hanse-state-tests-{}-{}", folder, getpid());
  fs::create_directories(at);
  const std::string unpack = fmt::format("tar -C '{}' -xJf '{}' dev/{}", at.string(), archive.string(), folder);
  ASSERT_EQ(std::system(unpack.c_str()), 0);
  Tally tally;
  for (const auto& entry : fs::recursive_directory_iterator(at))
    if (entry.path().extension() == ".json" && !kLeftOut.contains(entry.path().stem().string()))
      run_file(entry.path(), tally);
  fs::remove_all(at);
  for (const std::string& name : tally.failed) ADD_FAILURE() << name;
  EXPECT_GE(tally.passed, passed_min);
  fmt::print("{}: {} passed, {} left out, {} failed\n", folder, tally.passed, tally.left_out, tally.failed.size());
}

TEST(OfficialStateTests, Osaka) { run_folder("eest-osaka", 736); }
TEST(OfficialStateTests, Prague) { run_folder("eest-prague", 569); }
TEST(OfficialStateTests, EthereumTests) { run_folder("ethereum-tests", 9916); }

}  // namespace
}  // namespace hanse::vm
