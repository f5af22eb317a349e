#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A chain that grows old: a million new accounts at a time, then transfers among all that there are. At each million: rate,
// p99, memory, disk, and how long a start takes. The rate with ten thousand accounts comes first.
//   --millions 10 --nodes 1 --txs 100000
import { execFileSync } from 'node:child_process';
import { Chain, now, option, rpc, until } from '../tests/accept/chain.mjs';
import { bytesWritten, peakRssMiB, rssMiB, table, total } from './figures.mjs';

const millions = option('millions', 10), nodes = option('nodes', 1), txs = option('txs', 100_000), perMillion = option('per-million', 1_000_000);
const chain = await Chain.make({ nodes });
const rows = [];
const diskMiB = () => Number(execFileSync('du', ['-sk', ...Array.from({ length: nodes }, (_, i) => `${chain.dir}/node${i}/groups`), '-c'], { encoding: 'utf8' }).trim().split('\n').at(-1).split('\t')[0]) / 1024 / nodes;
const transfers = (count, ...args) => chain.json('bench', 'transfer', '--rpc', chain.pids().map((_, i) => chain.web3(i)).join(','), '--pids', chain.pids().join(','), '--txs', String(count), ...args);

async function row(what, accounts, created) {
  const pids = chain.pids(), before = total(pids, bytesWritten), one = transfers(txs, '--receivers', String(accounts));
  const writtenEach = (total(pids, bytesWritten) - before) / txs / nodes;
  const rss = Math.max(...pids.map(rssMiB)), peak = Math.max(...pids.map(peakRssMiB));
  chain.stop();
  const disk = diskMiB(), began = now();
  chain.start();
  await until('every node answers', 60_000, () => chain.all(i => rpc(chain.web3(i), 'eth_blockNumber')));
  rows.push([what, one.tps.toFixed(0), one.latency_ms.p99.toFixed(0), one.cpu_us_per_tx.toFixed(0), created?.tps.toFixed(0) ?? '', writtenEach.toFixed(0), rss.toFixed(0), peak.toFixed(0), disk.toFixed(0), (now() - began).toFixed(0)]);
  console.error(rows.at(-1).join('  '));
}
try {
  chain.start();
  transfers(10_000, '--receivers', '10000');
  await row('10,000 accounts', 10_000);
  for (let million = 1; million <= millions; million++) {
    const created = transfers(perMillion, '--receivers', String(perMillion), '--first-receiver', String((million - 1) * perMillion));
    await chain.agree(60_000);
    await row(`${million} × ${perMillion} accounts`, million * perMillion, created);
  }
} finally { chain.end(); }
console.log(table(['', 'tx/s', 'p99 ms', 'CPU µs/tx', 'tx/s while they are made', 'bytes written/tx·node', 'RSS MiB', 'peak RSS MiB', 'disk MiB a node', 'start ms'], rows));
