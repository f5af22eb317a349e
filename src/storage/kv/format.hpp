// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The version of the stored form, a row that every store has from its first write on (docs/STORAGE.md). It rises when an
// older program could misread what a newer one wrote; such a program then refuses to start instead.
#pragma once

#include "storage/kv/kv_store.hpp"

namespace hanse::kv {

constexpr std::uint32_t kFormatVersion = 1;
constexpr std::uint8_t kFormatTag = 0xff;   // first byte of the row's key; no other row begins with it

// First bytes of keys that are written once each, in rising order, and asked for only where they are: a store may keep such
// rows apart. What they are is the ledger's business (rows.cpp).
constexpr std::uint8_t kRisingTags[] = {0x82, 0x85, 0x86};

// Writes the row into a new store. Errors: newer_data (names both versions), corrupt (a row of another shape), io.
Result<void> check_format(KvStore& store, const std::string& where);

Result<void> check_format_row(BytesView row, const std::string& where);   // newer_data, corrupt

}  // namespace hanse::kv
