// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What reads as RLP must be written the same: the reader accepts one form only.
#include "base/fuzz_target.hpp"
#include "codec/rlp.hpp"

namespace hanse {
namespace {

void copy_items(rlp::Reader& reader, Bytes& out) {
  while (reader.more()) {
    if (!reader.next_is_list()) {
      rlp::put_bytes(out, reader.read_bytes());
      continue;
    }
    Bytes items;
    reader.enter_list();
    copy_items(reader, items);
    reader.leave_list();
    rlp::put_list(out, items);
  }
}

FUZZ_TARGET(rlp) {
  rlp::Reader reader(input);
  Bytes copy;
  copy_items(reader, copy);
  reader.finish();
  if (!reader.failed()) CHECK(equal(copy, input));
}

// A list of integers, of 64 bits and of 256 in turn.
FUZZ_TARGET(rlp_integers) {
  rlp::Reader reader(input);
  Bytes items, copy;
  reader.enter_list();
  for (bool wide = false; reader.more(); wide = !wide)
    wide ? rlp::put_uint(items, reader.read_u256()) : rlp::put_uint(items, reader.read_u64());
  reader.leave_list();
  reader.finish();
  rlp::put_list(copy, items);
  if (reader.failed()) CHECK(!reader.error().text.empty());
  else CHECK(equal(copy, input));
}

}  // namespace
}  // namespace hanse
