#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Four nodes under three times the load that they can take, beside what they take when nobody offers more: goodput, how long
// what is taken waits, how much is refused. The load generator shares the cores; its CPU is reported apart.
//   --rounds 5 --txs 100000 --times 3
import { cpus } from 'node:os';
import { Chain, option } from '../tests/accept/chain.mjs';
import { median, peakRssMiB, summary, table } from './figures.mjs';

const rounds = option('rounds', 5), txs = option('txs', 100_000), times = option('times', 3);
const all = { peak: [], over: [] };

async function flood(count, ...args) {
  const chain = await Chain.make();
  try {
    chain.start();
    const pids = chain.pids(), urls = pids.map((_, i) => chain.web3(i)).join(',');
    const report = chain.json('bench', 'flood', '--rpc', urls, '--pids', pids.join(','), '--txs', String(count), ...args);
    await chain.agree(30_000);
    const generator = report.generator_cpu_us_per_tx * report.committed / 1e6 / report.seconds;   // cores
    const one = { rate: report.tps, p50: report.latency_ms.p50, p99: report.latency_ms.p99, refused: (report.refused ?? 0) / count, cpu: report.cpu_us_per_tx,
      generator, left: report.tps / (cpus().length - generator), rss: Math.max(...pids.map(peakRssMiB)) };
    console.error(JSON.stringify(one));
    return one;
  } finally { chain.end(); }
}

for (let round = 0; round < rounds; round++) {
  all.peak.push(await flood(txs));
  const rate = times * median(all.peak.map(one => one.rate));
  all.over.push(await flood(Math.round(Math.min(1_000_000, txs * times)), '--rate', String(Math.round(rate))));
}
const columns = { rate: ['goodput tx/s', 0], p50: ['p50 ms', 0], p99: ['p99 ms', 0], refused: ['share refused', 2], cpu: ['CPU µs/tx', 0], generator: ['generator, cores', 2], left: ['tx/s per core left to the nodes', 0], rss: ['RSS MiB', 0] };
const row = (what, list) => [what, ...Object.entries(columns).map(([key, [, digits]]) => summary(list.map(one => one[key]), digits))];
const ratio = key => summary(all.over.map((one, i) => one[key] / all.peak[i][key]), 2);
console.log(table(['', ...Object.values(columns).map(([title]) => title)], [row('as much as is taken', all.peak), row(`${times} times that`, all.over)]));
console.log(`\ngoodput ÷ peak: ${ratio('rate')}; per core that the load generator left: ${ratio('left')}`);
