// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a GroupCore is built from after a restart, read from the ledger: the only recovery path.
#pragma once

#include "node/body_store.hpp"
#include "scheduling/group/events.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::node {

// Puts the bodies of prepared proposals into `bodies`. Errors: io, corrupt.
Result<group::Restored> restore(ledger::Ledger& ledger, const NodeId& self, BodyStore& bodies);

}  // namespace hanse::node
