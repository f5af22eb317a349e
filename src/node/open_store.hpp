// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The store of a group on the disk, between one start and the next. Beside the data folder stands a mark that remembers
// under which node key its votes were cast: without them this node must not vote as if it had never voted (docs/STORAGE.md
// §5). A store that is damaged, in a group whose other members are a quorum, is set aside, and a new ledger begins with the
// record that the votes are lost; blocks come from the others, and the core knows when it may vote again.
//
//   data.initialised   the node id that wrote data
//   data.lost          why data is not to be used any more; a new ledger is begun at the next start
//   data.damaged-…     what was set aside, with the time; nothing reads it again
#pragma once

#include <memory>
#include <string>

#include "base/log.hpp"
#include "protocol/genesis.hpp"
#include "storage/kv/kv_store.hpp"

namespace hanse::node {

struct StorePlace {
  std::string folder;          // …/data
  const Genesis& genesis;
  NodeId self;
  kv::StoreMemory memory = {};
};

// Errors: bad_config (the folder is gone, or another key wrote it), in_use, newer_data, corrupt, io.
Result<std::unique_ptr<kv::KvStore>> open_store(const StorePlace& place, const Log& log);

// The others of the group are a quorum: what this node lost can be fetched, and it may stay silent meanwhile.
bool can_fetch_again(const Genesis& genesis, const NodeId& self);

// A small file beside the store can be written and synced, and there is room for more.
bool takes_writes(const std::string& folder);

// From the next start on the store is not used any more. Durable when it returns.
Result<void> give_up_store(const std::string& folder, const std::string& why);

}  // namespace hanse::node
