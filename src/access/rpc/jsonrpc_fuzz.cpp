// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Any body at all, given to both façades: one answer each, no crash.
#include "access/rpc/facades.hpp"
#include "access/rpc/test_node.hpp"
#include "base/metrics.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hanse;
  static rpc::TestNode node;
  static Registry metrics;
  static const rpc::GroupEndpoint group{"group0", Suite::standard, port::local<port::NodePort>(node)};
  static const rpc::JsonRpc facades[] = {rpc::web3_facade({}, group, metrics), rpc::native_facade({}, {group}, metrics)};
  for (const rpc::JsonRpc& facade : facades) {
    int answers = 0;
    facade.handle(as_text({data, size}), [&](std::string) { ++answers; });
    CHECK(answers == 1);
  }
  return 0;
}
