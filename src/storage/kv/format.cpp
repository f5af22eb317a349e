// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/kv/format.hpp"

namespace hanse::kv {

Result<void> check_format_row(BytesView row, const std::string& where) {
  if (row.size() != 4) return fail(Code::corrupt, "{}: the format row has {} bytes instead of 4", where, row.size());
  const auto version = read_be<std::uint32_t>(row.data());
  if (version <= kFormatVersion) return {};
  return fail(Code::newer_data,
              "{} was written in data format {}, this program knows formats up to {}: run the newer version of hanse", where,
              version, kFormatVersion);
}

Result<void> check_format(KvStore& store, const std::string& where) {
  const Bytes key{kFormatTag};
  const auto row = store.get(key);
  if (!row) return pass(row);
  if (!*row) {
    WriteBatch batch;
    Bytes version;
    append_be(version, kFormatVersion);
    batch.put(key, std::move(version));
    return store.write(batch, true);
  }
  return check_format_row(**row, where);
}

}  // namespace hanse::kv
