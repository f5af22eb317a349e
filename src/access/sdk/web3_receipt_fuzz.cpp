// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/sdk/client.hpp"
#include "base/fuzz_target.hpp"

// The receipt that a node answers, whatever it is: refused, or kept as it came.
FUZZ_TARGET(web3_receipt, .per_byte = 512, .fixed = 1u << 20) {
  using namespace hanse;
  const auto receipt = sdk::read_web3_receipt(std::string(as_text(input)));
  if (receipt) CHECK(receipt->json == as_text(input));
  else CHECK(receipt.error().code == Code::bad_encoding);
}
