#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Four real nodes, each in its own network namespace, under partitions, loss, delays, pauses and kills that a seed draws, while
// clients on every node write and read through both façades. Then everything that any client saw is judged against the chain
// (history/checker.mjs). The checker itself is tried first, on histories with one thing wrong.
//   --runs 20 --seconds 4 --seed 1: run k has the seed 1 + k
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
const { Chain, accounts, now, option, transfer, until } = await import('./chain.mjs');
const { check, History } = await import('./history/checker.mjs');
const { counterOf } = await import('./history/counter.mjs');
const { planOf } = await import('./history/faults.mjs');
const { tryTheChecker } = await import('./history/self_test.mjs');
const { World, canMakeNetworks } = await import('./history/world.mjs');

const counter = counterOf(accounts[0].address);
const hex = number => '0x' + number.toString(16);

async function level(world) {      // every node at one block, and nothing waits
  let heads;
  const isLevel = async () => {
    heads = await world.all(async (clients, ports) => {
      const { result: waiting } = await clients.order('ask', { port: ports.rpc, method: 'getPendingTxSize', params: ['group0', ''] });
      const { result: block } = await clients.order('ask', { port: ports.web3, method: 'eth_getBlockByNumber', params: ['latest', false] });
      return { waiting, number: Number(block.number), hash: block.hash, stateRoot: block.stateRoot };
    });
    return heads.every(head => head.waiting === 0 && head.hash === heads[0].hash);
  };
  await until('all nodes are level after healing', 30_000, isLevel).catch(error => {
    throw new Error(`${error.message}; they have ${JSON.stringify(heads?.map(({ number, hash, waiting }) => ({ number, hash: hash.slice(0, 10), waiting })))}`);
  });
  return heads;
}

// A transaction of each node is decided after healing.
async function progress(world) {
  const account = accounts[9];
  for (const [i, clients] of world.clients.entries()) {
    const raw = await transfer(account, i, accounts[8].address);
    const ask = (method, ...params) => clients.order('ask', { port: world.ports(i).web3, method, params });
    let hash;
    await until(`a new transaction of node ${i} is decided`, 20_000, async () => {
      if (Number((await ask('eth_getTransactionCount', account.address, 'latest')).result) < i) return false;
      hash ??= (await ask('eth_sendRawTransaction', raw)).result;
      return (await ask('eth_getTransactionReceipt', hash)).result;
    });
  }
}

async function collectHistory(world, head, ops) {
  const blocks = [], [clients] = world.clients, { web3, rpc } = world.ports(0);
  for (let from = 0; from <= head; from += 50) {
    const numbers = Array.from({ length: Math.min(50, head + 1 - from) }, (_, i) => hex(from + i));
    const calls = numbers.flatMap(number => [['eth_getBlockByNumber', number, true], ['eth_getBlockReceipts', number]]);
    const { results } = await clients.order('batch', { port: web3, calls });
    for (let i = 0; i < results.length; i += 2) blocks.push({ hash: results[i].hash, transactions: results[i].transactions, receipts: results[i + 1] });
  }
  const history = new History(blocks, counter);
  const native = [...new Set(ops.filter(op => op.seen?.native && op.seen.receipt).map(op => op.seen.hash))];
  const { results } = await clients.order('each', { port: rpc, calls: native.map(hash => ['getTransactionReceipt', 'group0', '', hash, false]) });
  native.forEach((hash, i) => { const place = history.places.get(hash); if (place) place.native = results[i]; });
  return history;
}

function collectEnds(world, heads, ops) {
  const hashes = [...new Set(ops.filter(op => op.outcome === 'ok').map(op => op.hash))];
  return world.all(async (clients, { web3 }, i) => {
    const { result: count } = await clients.order('ask', { port: web3, method: 'eth_getStorageAt', params: [counter, '0x0', 'latest'] });
    const receipts = {};
    for (let from = 0; from < hashes.length; from += 500) {
      const some = hashes.slice(from, from + 500);
      const { results } = await clients.order('batch', { port: web3, calls: some.map(hash => ['eth_getTransactionReceipt', hash]) });
      some.forEach((hash, k) => { receipts[hash] = results[k]; });
    }
    return { ...heads[i], count, receipts };
  });
}

async function oneRun(world, seed, ms) {
  const chain = await Chain.make(), plan = planOf(seed, chain.count, ms);
  let right = false;
  try {
    world.setLinks.call({ ...world, nodes: Array(chain.count) }, []);
    world.begin(chain);
    await world.answering(20_000);
    await world.clients[0].order('deploy', { ports: world.ports(0) });
    await world.all((clients, ports) => clients.order('start', { number: seed, ports, counter }));
    await world.suffer(plan, ms);
    await world.answering(20_000);
    await progress(world);
    const ops = (await world.all(clients => clients.order('stop'))).flatMap(({ ops }) => ops);
    const heads = await level(world);
    const history = await collectHistory(world, heads[0].number, ops), ends = await collectEnds(world, heads, ops);
    const anomalies = [...world.ended, ...check({ history, ops, ends })];
    if (anomalies.length) {
      const file = join(mkdtempSync(join(tmpdir(), 'hanse-history-')), `seed-${seed}.json`);
      writeFileSync(file, JSON.stringify({ seed, plan, anomalies, ops, ends, blocks: history.blocks }));
      console.log(`seed ${seed}: ${anomalies.length} anomalies, all of it in ${file}\n  ${anomalies.slice(0, 5).join('\n  ')}`);
    }
    right = anomalies.length === 0;
    return { blocks: history.head, ops, plan, anomalies };
  } finally {
    world.killAll();
    await Promise.all(world.nodes?.map(node => node.gone) ?? []);
    if (right) chain.remove();
    else console.log(`seed ${seed}: the nodes' folders and logs are kept in ${chain.dir}`);
  }
}

tryTheChecker();
if (!canMakeNetworks()) {
  console.log('histories: left out; network namespaces need root, ip, python3 and /dev/net/tun');
  process.exit(0);
}
const runs = option('runs', 20), ms = 1000 * option('seconds', 4), first = option('seed', 1);
const world = await World.make(4, first), sum = { blocks: 0, reads: 0, acknowledged: 0, faults: 0, failed: 0 }, began = now();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { world.end(); process.exit(130); });
try {
  for (let run = 0; run < runs; run++) {
    const { blocks, ops, plan, anomalies } = await oneRun(world, first + run, ms)
      .catch(error => { console.log(`seed ${first + run}: ${error.message}`); return { blocks: 0, ops: [], plan: [], anomalies: [error.message] }; });
    sum.blocks += blocks, sum.faults += plan.length, sum.failed += anomalies.length > 0;
    sum.reads += ops.filter(op => op.seen).length, sum.acknowledged += ops.filter(op => op.outcome === 'ok').length;
    if ((run + 1) % 10 !== 0 && run + 1 !== runs) continue;
    console.log(`${run + 1} runs in ${((now() - began) / 1000).toFixed(0)} s: ${sum.faults} faults, ${sum.blocks} blocks, ` +
      `${sum.reads} observations, ${sum.acknowledged} acknowledged writes, ${sum.failed} runs with anomalies`);
  }
} finally {
  world.end();
}
console.log(sum.failed ? 'histories: FAILED' : 'histories: holds');
process.exit(sum.failed ? 1 : 0);
