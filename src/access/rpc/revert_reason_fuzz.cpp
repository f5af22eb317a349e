// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/revert_reason.hpp"
#include "base/fuzz_target.hpp"

// What a contract answered when it reverted, chosen by whoever wrote it.
FUZZ_TARGET(revert_reason) {
  const std::string text = hanse::rpc::revert_text(input);
  CHECK(text.starts_with("execution reverted") && text.size() <= 1'200);
}
