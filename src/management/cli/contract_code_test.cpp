// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/contract_code.hpp"

#include <gtest/gtest.h>

namespace hanse::cli {
namespace {

TEST(ContractCode, ReadsWhatCompilersWrite) {
  for (const char* text : {"6001", "0x6001\n", R"({"bytecode":"0x6001"})", R"({"bytecode":{"object":"6001"},"abi":[]})",
                           R"({"abi":[],"evm":{"bytecode":{"object":"6001"}}})"}) {
    const auto contract = parse_contract_code(text);
    ASSERT_TRUE(contract.has_value()) << text << contract.error().text;
    EXPECT_EQ(contract->init_code, (Bytes{0x60, 0x01}));
  }
  EXPECT_EQ(parse_contract_code(R"({"bytecode":"6001","abi":[{"type":"fallback"}]})")->abi, R"([{"type":"fallback"}])");
}

TEST(ContractCode, NamesWhatIsWrong) {
  for (const char* text : {"", "  ", "0x", "60 01", "{", "{}", R"({"bytecode":7})", R"({"bytecode":""})"})
    EXPECT_EQ(parse_contract_code(text).error().code, Code::bad_encoding) << text;
  EXPECT_NE(parse_contract_code("6001__$1234$__").error().text.find("librar"), std::string::npos);
}

}  // namespace
}  // namespace hanse::cli
