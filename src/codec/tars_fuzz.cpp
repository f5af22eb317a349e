// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What decodes must encode to a form that decodes to the same value.
#include "codec/tars.hpp"

namespace hanse {

struct Node {
  std::uint32_t number = 0;
  std::string text;
  std::optional<Hash> hash;
  std::vector<std::pair<U256, Bytes>> pairs;
  std::variant<std::monostate, std::int64_t, std::vector<std::uint16_t>> choice;
  bool operator==(const Node&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.number), field(2, self.text), field(3, self.hash), field(4, self.pairs), field(17, self.choice);
  }
};

}  // namespace hanse

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hanse;
  const auto node = tars::decode<Node>({data, size});
  if (node) CHECK(tars::decode_canonical<Node>(tars::encode(*node)) == *node);
  return 0;
}
