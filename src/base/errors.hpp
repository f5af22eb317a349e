// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The one table of error codes. A number never changes and is never used again. 10000–10015 are the admission
// statuses that FISCO BCOS clients know (their TransactionStatus); the others are ours.
#pragma once

#include <cstdint>

namespace hanse {

enum class Code : std::int32_t {
  internal = 1,          // our own fault, reported instead of thrown
  // text and encodings
  bad_hex = 100,
  bad_encoding = 101,    // malformed RLP, tars, JSON, ABI or number
  too_large = 102,       // a length, depth or count beyond its bound
  not_canonical = 103,   // decodes, but is not the one encoding of its value
  // keys, signatures and certificates
  bad_key = 200,
  bad_signature = 201,
  bad_certificate = 202,
  // disk, configuration and start-up
  io = 300,
  corrupt = 301,         // a checksum or an invariant of stored data does not hold
  in_use = 302,          // another process owns the folder
  wrong_genesis = 303,
  newer_data = 304,      // written by a later version
  bad_config = 305,
  // network and ports
  timeout = 400,
  unreachable = 401,
  refused = 402,         // the other side may not do this
  bad_frame = 403,
  rate_limited = 404,
  // requests
  not_found = 500,
  bad_request = 501,
  unknown_method = 502,
  execution_reverted = 503,
  execution_failed = 504,
  not_supported = 505,
  group_not_found = 506,
  // admission of a transaction
  nonce_used = 10000,
  block_limit_failed = 10001,
  pool_full = 10002,
  malformed = 10003,
  already_in_pool = 10004,
  already_in_chain = 10005,
  wrong_chain_id = 10006,
  wrong_group_id = 10007,
  invalid_signature = 10008,
  wrong_group = 10009,
  pool_timeout = 10010,
  already_accepted = 10011,
  value_too_long = 10012,
  init_code_too_long = 10013,
  sender_is_contract = 10014,
  insufficient_funds = 10015,
  gas_limit_too_high = 10100,   // ours: above the group's tx_gas_limit
};

}  // namespace hanse
