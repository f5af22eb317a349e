#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// `hanse dev` answers its first RPC in at most 1.0 s with one node and 2.5 s with four, and stops cleanly.
import { spawn } from 'node:child_process';
const { assert, hanse, now, rpc, until } = await import('./chain.mjs');

for (const [nodes, bound] of [[1, 1000], [4, 2500]]) {
  const began = now();
  const child = spawn(hanse, ['dev', '--nodes', String(nodes), '--no-open'], { stdio: 'ignore' });
  const ended = new Promise(done => child.on('exit', code => done(code)));
  try {
    await until('the first answer', 20_000, async () => (await rpc('http://127.0.0.1:8545', 'eth_chainId')) === '0x4ee8');
    const took = now() - began;
    console.log(`hanse dev --nodes ${nodes}: first answer after ${took.toFixed(0)} ms`);
    assert(took <= bound, `more than ${bound} ms`);
  } finally {
    child.kill('SIGINT');
  }
  assert((await ended) === 0, 'it did not stop cleanly');
}
console.log('start-up: holds');
