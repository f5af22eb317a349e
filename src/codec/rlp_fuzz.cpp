// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What reads as RLP must be written the same: the reader accepts one form only.
#include "base/check.hpp"
#include "codec/rlp.hpp"

namespace {

void copy_items(hanse::rlp::Reader& reader, hanse::Bytes& out) {
  while (reader.more()) {
    if (!reader.next_is_list()) {
      hanse::rlp::put_bytes(out, reader.read_bytes());
      continue;
    }
    hanse::Bytes items;
    reader.enter_list();
    copy_items(reader, items);
    reader.leave_list();
    hanse::rlp::put_list(out, items);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hanse::rlp::Reader reader({data, size});
  hanse::Bytes copy;
  copy_items(reader, copy);
  reader.finish();
  if (!reader.failed()) CHECK(hanse::equal(copy, hanse::BytesView(data, size)));
  return 0;
}
