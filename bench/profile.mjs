#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Where the time of all nodes goes under load: a flame graph of stacks, and the functions that take most by themselves.
//   --load transfer|erc20 --nodes 4 --seconds 5 --out build/profile.svg
import { execFileSync, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chain, hanse, option, root, rpc, until } from '../tests/accept/chain.mjs';
import { table } from './figures.mjs';

const nodes = option('nodes', 4), seconds = option('seconds', 5), load = option('load', 'erc20'), out = option('out', join(root, 'build/profile.svg'));
const [tools, data] = [join(root, 'build/tools/bin'), `${out}.data`];
const shell = command => execFileSync('bash', ['-o', 'pipefail', '-c', command], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] });

const chain = await Chain.make({ nodes });
try {
  chain.start();
  const pids = chain.pids().join(',');
  const generator = spawn(hanse, ['bench', load, '--rpc', chain.pids().map((_, i) => chain.web3(i)).join(','), '--txs', '200000'], { stdio: 'ignore' });
  await until('blocks are full', 60_000, async () => Number(await rpc(chain.web3(0), 'eth_getBlockTransactionCountByNumber', 'latest')) > 200);
  // Stacks are unwound from 16 KiB of each, because the product keeps no frame pointers.
  execFileSync('perf', ['record', '--quiet', '--freq', '199', '--call-graph', 'dwarf,16384', '--pid', pids, '--output', data, '--', 'sleep', String(seconds)], { stdio: ['ignore', 'inherit', 'inherit'] });
  generator.kill();
} finally { chain.end(); }

const stacks = out.replace(/\.svg$/, '.stacks');
const folded = shell(`perf script --input '${data}' --no-inline 2>/dev/null | '${tools}/inferno-collapse-perf' 2>/dev/null`).trim().split('\n');
const own = new Map();
let all = 0;
for (const line of folded) {
  const at = line.lastIndexOf(' '), count = Number(line.slice(at + 1)), frame = line.slice(line.lastIndexOf(';', at) + 1, at);
  own.set(frame, (own.get(frame) ?? 0) + count), all += count;
}
execFileSync('bash', ['-c', `'${tools}/inferno-flamegraph' --title 'hanse: ${load}, ${nodes} nodes' > '${out}'`], { input: folded.join('\n') });
writeFileSync(stacks, folded.join('\n') + '\n');
rmSync(data);
console.log(table(['share', 'function'], [...own].sort((a, b) => b[1] - a[1]).slice(0, 25).map(([frame, count]) => [`${(100 * count / all).toFixed(1)} %`, frame])));
console.log(`\nThe flame graph is ${out}; its stacks, one a line, are ${stacks}.`);
