// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/fuzz_target.hpp"
#include "crypto/key_file.hpp"

// Any text as a key file: refused, or a key that is written and read as itself. OpenSSL's own objects are some kilobytes.
FUZZ_TARGET(key_file, .per_byte = 64, .fixed = 256u << 10) {
  using namespace hanse;
  const auto key = key_from_pem(as_text(input));
  if (!key) return;
  const auto again = key_from_pem(to_pem(*key));
  CHECK(again && again->suite == key->suite && again->secret == key->secret && again->public_key == key->public_key);
}
