// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Native transactions (docs/WIRE.md §2.2) as a client makes them, version 0: the tars form and what is signed.
import { ethers } from '../chain.mjs';

const be = (value, size) => { const out = Buffer.alloc(8); out.writeBigInt64BE(BigInt(value)); return out.subarray(8 - size); };
const head = (tag, type) => Buffer.from([tag << 4 | type]);
const number = (tag, value) => Buffer.concat([head(tag, 3), be(value, 8)]);
const text = (tag, value) => Buffer.concat([head(tag, 7), be(Buffer.byteLength(value), 4), Buffer.from(value)]);
const bytes = (tag, value) => Buffer.concat([head(tag, 13), head(0, 0), head(0, 2), be(value.length, 4), value]);
const struct = (tag, ...fields) => Buffer.concat([head(tag, 10), ...fields, head(0, 11)]);

// → { hash, encoded }, hex. `nonce` is any text that was not used before.
export function signNative(key, { blockLimit, nonce, to, input, chain = 'chain0', group = 'group0' }) {
  const data = Buffer.from(input.slice(2), 'hex');
  const hash = ethers.keccak256(Buffer.concat([be(0, 4), Buffer.from(chain + group), be(blockLimit, 8), Buffer.from(nonce + to), data]));
  const { r, s, yParity } = key.sign(hash);
  const signature = Buffer.from(r.slice(2) + s.slice(2) + (yParity ? '01' : '00'), 'hex');
  const encoded = Buffer.concat([
    struct(1, number(1, 0), text(2, chain), text(3, group), number(4, blockLimit), text(5, nonce), text(6, to), bytes(7, data)),
    bytes(2, Buffer.from(hash.slice(2), 'hex')), bytes(3, signature)]);
  return { hash, encoded: '0x' + encoded.toString('hex') };
}
