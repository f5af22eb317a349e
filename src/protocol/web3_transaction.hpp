// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Web3 transactions: legacy with and without EIP-155, and the EIP-2718 envelopes 1 (EIP-2930), 2 (EIP-1559) and
// 4 (EIP-7702). Always Keccak-256 and secp256k1. Strict: one encoding a transaction, low s only (EIP-2).
#pragma once

#include "protocol/transaction.hpp"

namespace hanse {

// Everything of parse_transaction and decode_transaction but `encoded`. With a sender that is known, the signature is not
// checked.
Result<UnverifiedTransaction> parse_web3_transaction(BytesView encoded);
Result<Transaction> decode_web3_transaction(BytesView encoded, const Address* known_sender = nullptr);

// The signature as clients are shown it. `v`: legacy 27, 28 or the EIP-155 value; else the parity.
struct Web3Signature {
  std::uint64_t v = 0;
  U256 r, s;
};
Result<Web3Signature> web3_signature_of(BytesView encoded);   // of a transaction that decodes

}  // namespace hanse
