#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A node that joins a chain of four whose others are idle: how fast it takes the blocks, beside the rate at which all four made
// such blocks.   --rounds 3 --txs 100000
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Chain, now, option, until } from '../tests/accept/chain.mjs';
import { summary, table } from './figures.mjs';

const rounds = option('rounds', 3), txs = option('txs', 100_000);
const all = [];
for (let round = 0; round < rounds; round++) {
  const chain = await Chain.make();
  let late;
  try {
    chain.start();
    const urls = [0, 1, 2, 3].map(i => chain.web3(i)).join(',');
    const peak = chain.json('bench', 'transfer', '--rpc', urls, '--txs', String(txs)).tps;
    const head = (await chain.agree(30_000)).block_number;
    process.kill(chain.pids()[3]);
    await until('the node is gone', 10_000, () => !chain.status()[3].pid);
    rmSync(join(chain.dir, 'node3/groups/group0/data'), { recursive: true });   // it joins with nothing
    renameSync(join(chain.dir, 'node3/groups/group0/data.initialised'), join(chain.dir, 'node3/groups/group0/data.lost'));
    const metric = async () => Number((await (await fetch(`${chain.console(3)}/metrics`)).text()).match(/^hanse_block_number\{.*\} (\d+)/m)?.[1] ?? 0);
    late = chain.startNode(3);
    let began, first = 0;
    await until('the first block', 20_000, async () => { first = await metric(); began = now(); return first > 0; });
    await until('all blocks', 120_000, async () => (await metric()) >= head);
    const seconds = (now() - began) / 1000, share = (head - first) / head;
    const cpuTicks = Number(readFileSync(`/proc/${late.pid}/stat`, 'utf8').split(' ').slice(13, 15).reduce((a, b) => Number(a) + Number(b)));
    all.push({ peak, rate: txs * share / seconds, ratio: txs * share / seconds / peak, cpu: cpuTicks * 1e4 / txs });
    console.error(JSON.stringify(all.at(-1)));
  } finally {
    late?.kill('SIGKILL');
    chain.end();
  }
}
const figure = (key, digits) => summary(all.map(one => one[key]), digits);
console.log(table(['', 'median (lowest–highest)'], [['the chain, tx/s', figure('peak', 0)], ['a node that joins, tx/s', figure('rate', 0)], ['joining ÷ chain', figure('ratio', 2)],
  ['CPU of the joining node, µs/tx', figure('cpu', 1)]]));
