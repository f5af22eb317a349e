// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/kv/rocksdb/table_check.hpp"

#include <rocksdb/env.h>

#include <algorithm>
#include <cstring>

#include "storage/kv/rocksdb/crc32c.hpp"

namespace hanse::kv {
namespace {

constexpr std::string_view kAside = ".damaged";
constexpr std::size_t kFooterSize = 53;          // checksum kind(1), handles and padding(40), version(4), magic(8)
constexpr std::size_t kTrailerSize = 5;          // of a block: compression(1), checksum(4)
constexpr std::size_t kBlockSizeMax = 64u << 20;
constexpr std::string_view kEnding("\x05\0\0\0\xf7\xcf\xf4\x85\xb7\x41\xe2\x88", 12);   // version 5, magic
constexpr char kCrc32c = 1;                      // what we write; tables of earlier versions may have another kind

struct Handle { std::uint64_t offset = 0, size = 0; };

std::optional<std::uint64_t> take_varint(std::string_view& from) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(from.front());
    from.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

std::optional<Handle> take_handle(std::string_view from) {
  const auto offset = take_varint(from), size = take_varint(from);
  if (!offset || !size) return std::nullopt;
  return Handle{*offset, *size};
}

class Table {
 public:
  static std::optional<Table> open(rocksdb::Env& env, const std::string& path) {
    Table table;
    if (!env.NewRandomAccessFile(path, &table.file_, rocksdb::EnvOptions()).ok()) return std::nullopt;
    if (!env.GetFileSize(path, &table.size_).ok()) return std::nullopt;
    return table;
  }
  std::uint64_t size() const { return size_; }
  std::optional<std::string> read(std::uint64_t offset, std::size_t size) const {
    std::string buffer(size, '\0');
    rocksdb::Slice out;
    if (!file_->Read(offset, size, &out, buffer.data()).ok() || out.size() != size) return std::nullopt;
    return out.ToString();
  }
  // A block whose checksum holds.
  std::optional<std::string> block(const Handle& handle) const {
    if (handle.size > kBlockSizeMax || handle.offset > size_ || handle.size + kTrailerSize > size_ - handle.offset) return std::nullopt;
    auto bytes = read(handle.offset, static_cast<std::size_t>(handle.size) + kTrailerSize);
    if (!bytes) return std::nullopt;
    std::uint32_t stored = 0;
    std::memcpy(&stored, bytes->data() + handle.size + 1, 4);
    if (masked(crc32c(0, std::string_view(*bytes).substr(0, handle.size + 1))) != stored) return std::nullopt;
    bytes->resize(handle.size);
    return bytes;
  }

 private:
  std::unique_ptr<rocksdb::RandomAccessFile> file_;
  std::uint64_t size_ = 0;
};

// The entry of a block of names and handles: shared prefix(varint), rest of the name(varint), value(varint), rest, value.
std::optional<Handle> find_handle(std::string_view block, std::string_view wanted) {
  std::string name;
  while (!block.empty()) {
    const auto shared = take_varint(block), rest = take_varint(block), value = take_varint(block);
    if (!shared || !rest || !value || *shared > name.size() || *rest > block.size() || *value > block.size() - *rest) break;
    name = name.substr(0, *shared) + std::string(block.substr(0, *rest));
    if (name == wanted) return take_handle(block.substr(*rest, *value));
    block.remove_prefix(*rest + *value);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> table_damage(rocksdb::Env& env, const std::string& path) {
  const auto table = Table::open(env, path);
  if (!table || table->size() < kFooterSize) return "it is cut off";
  const auto footer = table->read(table->size() - kFooterSize, kFooterSize);
  if (!footer) return "its end cannot be read";
  if (footer->front() == 0 || footer->front() > 4 || !footer->ends_with(kEnding)) return "its footer does not hold";
  if (footer->front() != kCrc32c) return std::nullopt;
  const auto handle = take_handle(std::string_view(*footer).substr(1));
  const auto index = handle ? table->block(*handle) : std::nullopt;
  if (!index) return "its footer or its index of blocks does not hold";
  const auto properties = find_handle(*index, "rocksdb.properties");
  if (!properties || !table->block(*properties)) return "its properties do not hold their checksum";
  return std::nullopt;
}

Result<TablesAside> TablesAside::put(rocksdb::Env& env, const std::string& folder) {
  TablesAside aside(env, folder);
  std::vector<std::string> files;
  if (!env.GetChildren(folder, &files).ok()) return aside;
  for (std::string& file : files) {
    if (!file.ends_with(kAside)) continue;                 // the last opening was cut short
    const std::string there = folder + "/" + file;
    file.resize(file.size() - kAside.size());
    const std::string path = folder + "/" + file;
    // Its name may have been given to a new table meanwhile: then nothing refers to the old one.
    const auto done = env.FileExists(path).ok() ? env.DeleteFile(there) : env.RenameFile(there, path);
    if (!done.ok()) return fail(Code::io, "{} cannot be put back or removed: {}", there, done.ToString());
  }
  std::ranges::sort(files);
  files.erase(std::ranges::unique(files).begin(), files.end());
  for (const std::string& file : files) {
    if (!file.ends_with(".sst")) continue;
    const std::string path = folder + "/" + file;
    auto damage = table_damage(env, path);
    if (!damage) continue;
    if (const auto moved = env.RenameFile(path, path + std::string(kAside)); !moved.ok())
      return fail(Code::io, "{} cannot be renamed: {}", path, moved.ToString());
    aside.tables_.push_back({file, std::move(*damage)});
  }
  return aside;
}

std::string TablesAside::text() const {
  std::string text;
  for (const Aside& table : tables_) text += fmt::format("; {}/{} is damaged: {}", folder_, table.name, table.damage);
  return text;
}

void TablesAside::remove() {
  for (const Aside& table : tables_) static_cast<void>(env_->DeleteFile(folder_ + "/" + table.name + std::string(kAside)));
}

Result<void> TablesAside::back() {
  for (const Aside& table : tables_) {
    const std::string path = folder_ + "/" + table.name;
    if (env_->FileExists(path).ok()) continue;             // a new table, which the store may need already; see put()
    if (const auto moved = env_->RenameFile(path + std::string(kAside), path); !moved.ok())
      return fail(Code::io, "{} cannot get its name back: {}", path, moved.ToString());
  }
  return {};
}

}  // namespace hanse::kv
