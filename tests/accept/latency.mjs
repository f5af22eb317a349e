#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// 100 tx/s offered, loopback, durable: latency p50 at most 15 ms. CPU of all four nodes at most 400 µs per committed signed
// ERC-20 transfer under load.   --seconds 20
const { accept, assert, option } = await import('./chain.mjs');

await accept('latency', {}, async chain => {
  chain.start();
  const urls = [0, 1, 2, 3].map(i => chain.web3(i)).join(',');
  const pids = chain.pids().join(',');
  const seconds = option('seconds', 20);
  const paced = chain.json('bench', 'transfer', '--rpc', urls, '--txs', String(100 * seconds), '--rate', '100', '--pids', pids);
  console.log('paced at 100 tx/s:', JSON.stringify(paced));
  const loaded = chain.json('bench', 'erc20', '--rpc', urls, '--txs', String(option('txs', 20000)), '--pids', pids);
  console.log('ERC-20 flat out:', JSON.stringify(loaded));
  await chain.agree();
  assert(paced.latency_ms.p50 <= 15, `p50 is ${paced.latency_ms.p50} ms`);
  assert(loaded.cpu_us_per_tx <= 400, `${loaded.cpu_us_per_tx} µs of CPU per transfer`);
});
