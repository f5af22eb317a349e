// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Where contracts are created, and who signed a delegation.
#pragma once

#include <optional>

#include "protocol/transaction.hpp"

namespace hanse::vm {

// CREATE: the last 20 bytes of H(rlp(creator, nonce)).
Address created_address(Suite suite, const Address& creator, std::uint64_t nonce);
// CREATE2 (EIP-1014): of H(0xff ‖ creator ‖ salt ‖ H(init code)).
Address created_address(Suite suite, const Address& creator, const Hash& salt, BytesView init_code);

// The signer of an EIP-7702 authorization; none when the signature is not valid.
std::optional<Address> authority_of(const Authorization& authorization);

}  // namespace hanse::vm
