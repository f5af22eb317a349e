// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/open_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <random>

#include "base/hex.hpp"
#include "codec/tars.hpp"
#include "crypto/pem_file.hpp"
#include "scheduling/consensus/pbft/effects.hpp"
#include "scheduling/consensus/pbft/sealer_set.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::node {
namespace {

namespace fs = std::filesystem;

std::string initialised(const std::string& folder) { return folder + ".initialised"; }
std::string lost(const std::string& folder) { return folder + ".lost"; }

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Result<void> sync_folder(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int reason = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) return fail(Code::io, "{} cannot be synced: {}", path, std::strerror(reason));
  return {};
}

// Free after the first of the names that nothing has.
std::string name_aside(const std::string& folder) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::time_t time = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &parts);
  std::string name = fmt::format("{}.damaged-{}", folder, stamp);
  for (int again = 2; exists(name); ++again) name = fmt::format("{}.damaged-{}-{}", folder, stamp, again);
  return name;
}

Result<void> set_aside(const std::string& folder, const Log& log) {
  if (!exists(folder)) return {};
  const std::string name = name_aside(folder);
  std::error_code error;
  fs::rename(folder, name, error);
  if (error) return fail(Code::io, "{} cannot be set aside: {}", folder, error.message());
  log.error("{} is set aside as {}: it is not read again and may be removed", folder, name);
  return sync_folder(fs::path(folder).parent_path().string());
}

// A ledger of the genesis block alone, and the record that keeps this node silent.
Result<void> begin_again(const StorePlace& place) {
  auto store = kv::open_rocksdb(place.folder, place.memory);
  if (!store) return pass(store);
  auto ledger = ledger::Ledger::open(std::move(*store), place.genesis);
  if (!ledger) return pass(ledger);
  std::random_device entropy;
  const std::uint64_t question = std::uint64_t{entropy()} << 32 | (entropy() | 1u);
  const pbft::Record record = pbft::VotesLostRecord{question};
  kv::WriteBatch batch;
  (*ledger)->log().add(batch, {(*ledger)->log().next_position(), std::nullopt, tars::encode(record)});
  return (*ledger)->write(batch, true);
}

Result<void> replace_lost(const StorePlace& place, const Log& log) {
  if (!can_fetch_again(place.genesis, place.self))
    return fail(Code::bad_config,
                "{} is marked as lost, and the other members of the group are no quorum without this node: restore the folder "
                "from a backup and remove {}",
                place.folder, lost(place.folder));
  const auto why = read_small_file(lost(place.folder));
  log.error("{} is not used any more ({}): blocks are fetched from the other members, and this node votes again when nothing "
            "that it may have voted for is undecided",
            place.folder, why ? *why : why.error().text);
  if (const auto aside = set_aside(place.folder, log); !aside) return aside;
  if (const auto begun = begin_again(place); !begun) return begun;
  std::error_code error;
  fs::remove(lost(place.folder), error);
  if (error) return fail(Code::io, "{} cannot be removed: {}", lost(place.folder), error.message());
  return sync_folder(fs::path(place.folder).parent_path().string());
}

// The key decides whose votes the log holds: with another key they would be forgotten.
Result<void> check_mark(const StorePlace& place) {
  const std::string mark = initialised(place.folder);
  if (!exists(mark)) return {};
  const auto writer = read_small_file(mark);
  if (!writer) return pass(writer);
  const std::string self = to_hex(place.self);
  if (!writer->empty() && *writer != self)
    return fail(Code::bad_config, "{} was written under the node key {:.16}…, node.key is now {:.16}…: put the right key back",
                place.folder, *writer, self);
  if (exists(place.folder + "/CURRENT")) return {};
  return fail(Code::bad_config,
              "{} is gone, but this node has voted with its key: put the folder back, or, if it is lost for good, rename {} "
              "to {}; then the blocks are fetched from the other members",
              place.folder, mark, lost(place.folder));
}

Result<std::unique_ptr<kv::KvStore>> open_once(const StorePlace& place, const Log& log) {
  if (exists(lost(place.folder))) {
    if (const auto replaced = replace_lost(place, log); !replaced) return pass(replaced);
  } else if (const auto good = check_mark(place); !good) {
    return pass(good);
  }
  std::error_code error;
  fs::create_directories(place.folder, error);
  if (error) return fail(Code::io, "{} cannot be made: {}", place.folder, error.message());
  auto store = kv::open_rocksdb(place.folder, place.memory);
  if (!store) return store;
  const std::string mark = initialised(place.folder);
  if (exists(mark) && fs::file_size(mark, error) > 0) return store;
  if (const auto written = write_small_file(mark, to_hex(place.self), kPublicMode); !written) return pass(written);
  return store;
}

}  // namespace

bool can_fetch_again(const Genesis& genesis, const NodeId& self) {
  const pbft::SealerSet sealers(genesis.config.sealers);
  const auto index = sealers.index_of(self);
  return sealers.total() - (index ? sealers.weight(*index) : 0) >= sealers.quorum();
}

bool takes_writes(const std::string& folder) {
  const std::string trial = folder + ".trial";
  const bool written = write_small_file(trial, std::string(4096, '.'), kPublicMode).has_value();
  std::error_code ignored;
  fs::remove(trial, ignored);
  const auto space = fs::space(fs::path(folder).parent_path(), ignored);
  return written && !ignored && space.available >= kv::kSpareBytes;
}

Result<void> give_up_store(const std::string& folder, const std::string& why) {
  return write_small_file(lost(folder), why, kPublicMode);
}

Result<std::unique_ptr<kv::KvStore>> open_store(const StorePlace& place, const Log& log) {
  auto store = open_once(place, log);
  if (store || store.error().code != Code::corrupt) return store;
  if (!can_fetch_again(place.genesis, place.self))
    return fail(Code::corrupt, "{}; the other members of the group are no quorum without this node: restore the folder from a backup",
                store.error().text);
  log.error("{}", store.error().text);
  if (const auto given = give_up_store(place.folder, store.error().text); !given) return pass(given);
  return open_once(place, log);
}

}  // namespace hanse::node
