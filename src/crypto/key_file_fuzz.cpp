// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/check.hpp"
#include "crypto/key_file.hpp"
#include "crypto/x509.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view pem = hanse::as_text({data, size});
  if (const auto key = hanse::key_from_pem(pem)) CHECK(hanse::key_from_pem(hanse::to_pem(*key))->secret == key->secret);
  (void)hanse::x509::parse_certificate(pem);
  return 0;
}
