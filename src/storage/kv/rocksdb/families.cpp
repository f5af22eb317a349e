// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/kv/rocksdb/families.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/hex.hpp"
#include "storage/kv/format.hpp"

namespace hanse::kv {
namespace {

std::string name_of(std::uint8_t tag) { return to_hex(Bytes{tag}); }

}  // namespace

Families::Families(rocksdb::DB& db, std::vector<rocksdb::ColumnFamilyHandle*> opened) : db_(db) {
  by_tag_.fill(db.DefaultColumnFamily());
  for (rocksdb::ColumnFamilyHandle* family : opened) take(family);
}

Families::~Families() {
  for (rocksdb::ColumnFamilyHandle* family : all_) static_cast<void>(db_.DestroyColumnFamilyHandle(family));
}

void Families::take(rocksdb::ColumnFamilyHandle* family) {
  all_.push_back(family);
  for (const std::uint8_t tag : kRisingTags)
    if (family->GetName() == name_of(tag)) by_tag_[tag] = family;
}

rocksdb::Status Families::add_missing(const rocksdb::ColumnFamilyOptions& of_rising_rows) {
  for (const std::uint8_t tag : kRisingTags) {
    if (by_tag_[tag] != db_.DefaultColumnFamily()) continue;
    rocksdb::ColumnFamilyHandle* made = nullptr;
    if (const auto status = db_.CreateColumnFamily(of_rising_rows, name_of(tag), &made); !status.ok()) return status;
    take(made);
  }
  return rocksdb::Status::OK();
}

Bytes Families::end_of(BytesView first, BytesView last) const {
  for (std::size_t tag = first.empty() ? 1 : first[0] + 1u; tag < by_tag_.size(); ++tag) {
    const std::uint8_t next[] = {static_cast<std::uint8_t>(tag)};
    if (!std::ranges::lexicographical_compare(next, last)) break;
    if (by_tag_[tag] != of(first)) return to_bytes(BytesView(next));
  }
  return to_bytes(last);
}

rocksdb::Status Families::on_disk(const rocksdb::Options& options, const std::string& folder, std::vector<std::string>& names) {
  names = {rocksdb::kDefaultColumnFamilyName};
  if (!options.env->FileExists(folder + "/CURRENT").ok()) return rocksdb::Status::OK();
  return rocksdb::DB::ListColumnFamilies(options, folder, &names);
}

bool Families::is_rising(const std::string& name) {
  return std::ranges::any_of(kRisingTags, [&](std::uint8_t tag) { return name == name_of(tag); });
}

}  // namespace hanse::kv
