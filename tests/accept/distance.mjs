#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Four nodes that are 50 ms apart, each way, clients beside their node: finality in one-way delays, the mean over the entry
// nodes (a leader's own client waits three delays, another node's four). Needs root and TUN devices, and is left out, with a
// line, where they are not to be had.   --delay-ms 50 --txs 100 --rate 5
import { execFileSync } from 'node:child_process';
const { accept, assert, hanse, option } = await import('./chain.mjs');
const { World, canMakeNetworks } = await import('./history/world.mjs');

if (!canMakeNetworks()) {
  console.log('distance: left out, it takes root, ip and /dev/net/tun');
  process.exit(0);
}
await accept('distance', {}, async chain => {
  const delay = option('delay-ms', 50), world = await World.make(chain.count, 1);
  try {
    world.begin(chain);
    await world.answering(20_000);
    world.switch.stdin.write(JSON.stringify(world.nodes.map((_, a) => world.nodes.map((_, b) => [0, a === b ? 0 : delay, 0]))) + '\n');
    const delays = world.namespaces.map((name, i) => {
      const url = `http://127.0.0.1:${world.ports(i).web3}`;
      const report = JSON.parse(execFileSync('ip', ['netns', 'exec', name, hanse, 'bench', 'transfer', '--rpc', url,
        '--txs', String(option('txs', 100)), '--rate', String(option('rate', 5)), '-o', 'json'], { encoding: 'utf8' }));
      console.log(`node ${i}: mean ${report.latency_ms.mean} ms, p50 ${report.latency_ms.p50} ms, p99 ${report.latency_ms.p99} ms`);
      return report.latency_ms.mean / delay;
    });
    const mean = delays.reduce((sum, one) => sum + one, 0) / delays.length;
    console.log(`finality: ${mean.toFixed(2)} one-way delays of ${delay} ms`);
    assert(mean <= 4.2, `${mean.toFixed(2)} one-way delays`);
    assert(world.ended.length === 0, world.ended.join(', '));
  } finally { world.end(); }
});
