// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Keys of nodes and accounts as PEM: written as PKCS#8, read as PKCS#8 or SEC 1 (FISCO BCOS's node.pem is either). The
// curve tells the suite: secp256k1 or SM2.
#pragma once

#include <string>
#include <string_view>

#include "crypto/suite.hpp"

namespace hanse {

std::string to_pem(const KeyPair& key);
Result<KeyPair> key_from_pem(std::string_view pem);           // bad_key: no such PEM, encrypted, or another curve

Result<KeyPair> load_key_file(const std::string& path);       // io, bad_key: names the path
Result<void> save_key_file(const std::string& path, const KeyPair& key);   // mode 0600, atomically

}  // namespace hanse
