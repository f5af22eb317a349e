// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/sdk/jsonrpc_text.hpp"
#include "base/fuzz_target.hpp"

// What a node answers to the client: a result that is itself JSON, or an error.
FUZZ_TARGET(jsonrpc_answer, .per_byte = 512, .fixed = 1u << 20) {
  using namespace hanse;
  const auto result = sdk::result_of(as_text(input));
  if (!result) {
    CHECK(!result.error().text.empty());
    return;
  }
  const auto again = sdk::result_of(R"({"result":)" + *result + "}");
  CHECK(again && *again == *result);
  CHECK(sdk::result_of(sdk::request_text("method", *result)).error().code == Code::bad_encoding);   // a request is no answer
}
