// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/bench_setup.hpp"

#include <algorithm>
#include <ranges>
#include <thread>

#include "access/sdk/account.hpp"
#include "access/sdk/client.hpp"
#include "access/sdk/jsonrpc_text.hpp"
#include "base/check.hpp"
#include "base/hex.hpp"
#include "codec/json_writer.hpp"
#include "management/cli/bench_erc20.hpp"
#include "management/cli/test_accounts.hpp"

namespace hanse::cli {
namespace {

constexpr std::size_t kSendersMin = 16;
constexpr std::uint64_t kJump = 15'485'863;          // a prime above any count of receivers
constexpr std::uint64_t kTransferGas = 21'000, kTokenTransferGas = 100'000;
constexpr std::uint64_t kTokensEach = 1'000'000'000'000;
constexpr std::uint32_t kDecidedWithinMs = 30'000;
constexpr std::uint8_t kTransferSelector[] = {0xa9, 0x05, 0x9c, 0xbb};   // transfer(address,uint256)

struct Sender {
  sdk::Account account;
  std::uint64_t nonce = 0;                           // of its first transaction of the load
};

// What all transactions of a load have in common.
struct Terms {
  Workload workload = Workload::transfer;
  std::uint64_t chain_id = 0;
  U256 fee;
  Address token;
  Receivers receivers;
};

void append_word(Bytes& out, const Address& address) {
  out.insert(out.end(), 12, 0);
  append(out, address);
}
void append_word(Bytes& out, std::uint64_t number) { append(out, U256(number).to_be()); }

Address receiver(const Receivers& receivers, std::size_t place) {
  return Address::of(keccak256(as_bytes(fmt::format("receiver {}", receivers.first + place * kJump % receivers.count))));
}

std::vector<Sender> make_senders(std::size_t node_count) {
  std::vector<Sender> senders;
  const std::size_t count = (kSendersMin + node_count - 1) / node_count * node_count;
  for (std::size_t i = 0; i < count; ++i) {
    if (i >= std::size(kTestAccountSecrets)) {
      senders.push_back({sdk::Account::generate(Suite::standard)});
      continue;
    }
    const auto account = sdk::Account::from_hex(Suite::standard, kTestAccountSecrets[i]);
    CHECK(account);
    senders.push_back({*account});
  }
  return senders;
}

Result<sdk::Web3Receipt> send_and_wait(sdk::Web3Client& client, const sdk::Account& from, const sdk::Web3Order& order) {
  const auto hash = client.send_raw(sdk::sign_web3(from, order));
  if (!hash) return pass(hash);
  auto receipt = client.wait_receipt(*hash, kDecidedWithinMs);
  if (receipt && !receipt->succeeded) return fail(Code::execution_failed, "a transaction of the preparation failed: {}", receipt->json);
  return receipt;
}

// Answers the number of the block that funded the last.
Result<BlockNumber> fund_fresh(sdk::Web3Client& client, const std::vector<Sender>& senders, const Terms& terms, std::size_t count) {
  const sdk::Account& rich = senders.front().account;
  const auto balance = client.balance(rich.address);
  if (!balance) return pass(balance);
  if (balance->is_zero())
    return fail(Code::bad_config, "the test accounts own nothing here; make the chain with --fund-test-accounts");
  auto nonce = client.next_nonce(rich.address);
  if (!nonce) return pass(nonce);
  U256 each = terms.fee;                             // for its gas, and a wei for each transfer
  if (!multiply_by(each, kTransferGas * count) || !add_to(each, U256(count))) return fail(Code::bad_config, "the gas price is too high");
  BlockNumber block = 0;
  for (const Sender& sender : senders | std::views::drop(std::size(kTestAccountSecrets))) {
    const auto receipt = send_and_wait(client, rich, {.chain_id = terms.chain_id, .nonce = (*nonce)++, .to = sender.account.address,
                                                      .value = each, .gas_limit = kTransferGas, .fee = terms.fee});
    if (!receipt) return pass(receipt);
    block = receipt->block_number;
  }
  return block;
}

Result<BlockNumber> deploy_token(sdk::Web3Client& client, const std::vector<Sender>& senders, Terms& terms) {
  auto code = from_hex(kBenchTokenCode);
  CHECK(code);
  append_word(*code, 64);                            // where the list begins
  append_word(*code, kTokensEach);
  append_word(*code, senders.size());
  for (const Sender& sender : senders) append_word(*code, sender.account.address);
  const sdk::Account& deployer = senders.front().account;
  const auto nonce = client.next_nonce(deployer.address);
  if (!nonce) return pass(nonce);
  const auto gas = client.estimate_gas({.from = deployer.address, .input = *code});
  if (!gas) return pass(gas);
  const auto receipt = send_and_wait(client, deployer, {.chain_id = terms.chain_id, .nonce = *nonce, .input = std::move(*code),
                                                        .gas_limit = *gas * 2, .fee = terms.fee});
  if (!receipt) return pass(receipt);
  if (!receipt->contract_address) return fail(Code::bad_encoding, "the receipt of the deployment names no contract");
  terms.token = *receipt->contract_address;
  return receipt->block_number;
}

// Other nodes may be a block behind the one that answered.
Result<void> wait_for_block(const std::string& url, BlockNumber number) {
  sdk::Web3Client client(url);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kDecidedWithinMs);
  while (std::chrono::steady_clock::now() < deadline) {
    const auto head = client.block_number();
    if (!head) return pass(head);
    if (*head >= number) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return fail(Code::timeout, "{} did not reach block {} within {} ms", url, number, kDecidedWithinMs);
}

SignedTransaction sign_one(const Terms& terms, const Sender& sender, std::uint64_t nonce, std::size_t place) {
  sdk::Web3Order order{.chain_id = terms.chain_id, .nonce = nonce, .fee = terms.fee};
  if (terms.workload != Workload::erc20) {
    order.to = receiver(terms.receivers, place);
    order.value = U256(terms.workload == Workload::transfer);
    order.gas_limit = kTransferGas;
  } else {
    order.to = terms.token;
    order.gas_limit = kTokenTransferGas;
    append(order.input, kTransferSelector);
    append_word(order.input, receiver(terms.receivers, place));
    append_word(order.input, 1);
  }
  const Bytes bytes = sdk::sign_web3(sender.account, order);
  JsonWriter params(16 + 2 * bytes.size());
  params.begin_array().hex(bytes).end_array();
  return {sdk::request_text("eth_sendRawTransaction", params.take()), sdk::web3_transaction_hash(bytes)};
}

// Senders of a flood are known by their place: nothing that one of them sends waits for another transaction of it.
SignedTransaction sign_place(const Terms& terms, const std::vector<Sender>& senders, std::size_t place) {
  if (terms.workload == Workload::flood) return sign_one(terms, {sdk::Account::generate(Suite::standard)}, 0, place);
  const Sender& sender = senders[place % senders.size()];
  return sign_one(terms, sender, sender.nonce + place / senders.size(), place);
}

std::vector<SignedTransaction> sign_all(const Terms& terms, const std::vector<Sender>& senders, std::size_t count) {
  std::vector<SignedTransaction> transactions(count);
  const std::size_t thread_count = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::jthread> threads;
  for (std::size_t thread = 0; thread < thread_count; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = thread; i < count; i += thread_count) transactions[i] = sign_place(terms, senders, i);
    });
  }
  threads.clear();                                   // joins
  return transactions;
}

}  // namespace

Result<std::vector<SignedTransaction>> prepare_load(Workload workload, const Receivers& receivers, const std::vector<std::string>& urls,
                                                    std::size_t count) {
  sdk::Web3Client client(urls.front());
  const auto chain_id = client.chain_id();
  if (!chain_id) return pass(chain_id);
  const auto fee = client.gas_price();
  if (!fee) return pass(fee);
  Terms terms{workload, *chain_id, *fee, {}, receivers};
  if (workload == Workload::flood) {
    if (!fee->is_zero()) return fail(Code::bad_config, "a flood comes from accounts that own nothing, and gas has a price here");
    return sign_all(terms, {}, count);
  }
  std::vector<Sender> senders = make_senders(urls.size());
  const auto block = workload == Workload::transfer ? fund_fresh(client, senders, terms, count) : deploy_token(client, senders, terms);
  if (!block) return pass(block);
  for (const std::string& url : urls)
    if (const auto reached = wait_for_block(url, *block); !reached) return pass(reached);
  for (Sender& sender : senders) {
    const auto nonce = client.next_nonce(sender.account.address);
    if (!nonce) return pass(nonce);
    sender.nonce = *nonce;
  }
  return sign_all(terms, senders, count);
}

}  // namespace hanse::cli
