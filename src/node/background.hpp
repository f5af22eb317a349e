// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Bulk work yields to the threads that carry a block from proposal to decision: without it, a flood of new transactions
// holds up every hop of consensus until its timer fires, and the view change costs more than the flood.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

namespace hanse::node {

// The calling thread gets less than half of the share that others get when all want the processor.
inline void yield_to_consensus() { setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 4); }

}  // namespace hanse::node
