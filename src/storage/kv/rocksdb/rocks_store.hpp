// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Opening a store on the files of an Env: the machine's, or those of a test that lets the power fail.
#pragma once

#include <rocksdb/env.h>

#include "storage/kv/kv_store.hpp"

namespace hanse::kv {

// `env` outlives it.
Result<std::unique_ptr<KvStore>> open_rocksdb_on(rocksdb::Env& env, const std::string& folder, const StoreMemory& most = {});

}  // namespace hanse::kv
