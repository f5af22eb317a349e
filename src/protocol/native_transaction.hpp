// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Native transactions: the tars Transaction of FISCO BCOS, versions 0, 1 and 2. Only `data` is signed; of an unsigned
// member (import time, attribute, extra data, and in v0 value, gas and fees) nothing that executes may depend.
#pragma once

#include "protocol/tars_native.hpp"
#include "protocol/transaction.hpp"

namespace hanse {

// What is signed, and what clients know as the transaction's hash. docs/WIRE.md §2.2.
Hash native_transaction_hash(Suite suite, const native::TransactionData& data);

// Everything of parse_transaction and decode_transaction but `encoded`. With a sender that is known, the signature is not
// checked.
Result<UnverifiedTransaction> parse_native_transaction(Suite suite, BytesView encoded);
Result<Transaction> decode_native_transaction(Suite suite, BytesView encoded, const Address* known_sender = nullptr);

}  // namespace hanse
