// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The node port: what RPC (and, in the Pro form, a gateway in another process) asks of a group. Requests name their
// reply; their order in NodePort is the wire id: append only. A service has one `handle(const R&, ReplyTo<R>)` for each.
#pragma once

#include <tuple>
#include <variant>

#include "protocol/block.hpp"
#include "protocol/genesis.hpp"

namespace hanse::port {

// A point of the chain: a number, a header hash, or the latest decided block (none).
using BlockRef = std::variant<std::monostate, BlockNumber, Hash>;

struct BlockView {                      // a decided block with what a client may ask of it
  BlockHeader header;
  Hash hash;
  Certificate certificate;
  std::vector<IndexedSignature> header_signatures;       // FISCO signatureList, over the header hash
  std::vector<Hash> transaction_hashes;                  // those run, in order
  std::vector<Transaction> transactions;                 // filled when asked for
  std::size_t size = 0;                                  // bytes as stored
};
struct TransactionView {                // a transaction, and where it was run if it was
  Transaction transaction;
  std::optional<Receipt> receipt;       // none: pending
  Hash block_hash;
  TimeMs block_time_ms = 0;
};

struct SubmitTransaction {              // answers once it is in the pool; errors are admission codes
  using Reply = Hash;
  EncodedTransaction transaction;
};
struct WaitReceipt {                    // answers when the transaction is decided; timeout otherwise
  using Reply = TransactionView;
  Hash hash;
  std::uint32_t timeout_ms = 0;
};
struct GetTransaction { using Reply = TransactionView; Hash hash; };          // not_found
struct GetBlock { using Reply = BlockView; BlockRef block; bool with_transactions = false; };   // not_found
struct GetBlockReceipts { using Reply = std::vector<Receipt>; BlockRef block; };
struct GetHead {
  struct Reply { BlockNumber number = 0; Hash hash; TimeMs timestamp_ms = 0; };
};
struct CallContract {
  struct Reply { std::int32_t status = 0; Bytes output; std::uint64_t gas_used = 0; std::string message; BlockNumber block = 0; };
  Address from;
  std::optional<Address> to;
  U256 value;
  Bytes input;
  std::uint64_t gas_limit = 0;
  U256 gas_price;
};
struct EstimateGas { using Reply = std::uint64_t; CallContract call; };
struct GetAccount {
  struct Reply { U256 balance; std::uint64_t nonce = 0; std::uint64_t pending_nonce = 0; Bytes code; std::string abi; };
  Address address;
};
struct GetStorage { using Reply = Hash; Address address; Hash slot; };
struct GetLogs {
  struct Entry { LogEntry log; BlockNumber block_number = 0; Hash block_hash; Hash transaction_hash;
                 std::uint32_t transaction_index = 0; std::uint32_t log_index = 0; TimeMs block_time_ms = 0; };
  using Reply = std::vector<Entry>;                       // too_large beyond `limit` entries: never a silent cut
  BlockNumber first = 0, last = 0;
  std::vector<Address> addresses;                         // any of; empty: all
  std::vector<std::vector<Hash>> topics;                  // by position: any of; empty: any
  std::uint32_t limit = 10'000;
};
struct GetGroupInfo {
  struct Reply { GroupConfig config; std::string genesis; NodeId self; std::string node_name; };
};
struct GetStatus {                                        // consensus, sync and pool as an operator sees them
  struct Reply {
    BlockNumber number = 0; Hash block_hash; Hash state_root; Epoch epoch = 0; View view = 0; NodeIndex leader = 0;
    std::optional<NodeIndex> self; std::size_t peers = 0; std::size_t pending = 0; bool syncing = false;
    BlockNumber highest_known = 0; bool halted = false; std::string halt_reason;
    std::uint64_t transaction_count = 0, failed_transaction_count = 0;
    std::vector<NodeId> connected;
  };
};

using NodePort = std::tuple<SubmitTransaction, WaitReceipt, GetTransaction, GetBlock, GetBlockReceipts, GetHead,
                            CallContract, EstimateGas, GetAccount, GetStorage, GetLogs, GetGroupInfo, GetStatus>;

}  // namespace hanse::port
