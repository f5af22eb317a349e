// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The clients of one node: a process in the node's network namespace, told what to do over its parent's channel. Every
// operation is noted with what was seen and when it began and ended, on the one monotonic clock of the machine.
import { setTimeout as sleep } from 'node:timers/promises';
import { accounts, ethers } from '../chain.mjs';
import { Connection, clock } from './connection.mjs';
import { initCode, tagged } from './counter.mjs';
import { signNative } from './native.mjs';
import { nativeReads, web3Reads } from './reads.mjs';

const node = Number(process.argv[2]);
let run = null;                        // { number, ports, counter, stop, ops, hashes }

const sinkOf = account => '0x' + '51'.repeat(19) + account.index.toString(16).padStart(2, '0');
const pick = list => list[Math.floor(Math.random() * list.length)];

function note(op) { run.ops.push({ node, end: clock(), ...op }); }

// The transaction of an account with a nonce is always the same, whoever makes it: transfers and counting in turn.
function transactionOf(account, nonce) {
  const counting = nonce % 2 === 1;
  return account.signTransaction({
    type: 2, chainId: 20200, nonce, gasLimit: counting ? 200_000 : 21_000, maxFeePerGas: 0, maxPriorityFeePerGas: 0,
    to: counting ? run.counter : sinkOf(account), value: counting ? 0 : 1,
    data: counting ? tagged(account.index * 1_000_000 + nonce) : '0x',
  });
}

async function receiptOf(connection, hash, until) {
  while (clock() < until) {
    const begin = clock();
    try {
      const receipt = await connection.ask('eth_getTransactionReceipt', hash);
      note({ client: connection.name, begin, seen: { see: 'receipt', hash, receipt } });
      if (receipt) return receipt;
    } catch { /* the node is away */ }
    await sleep(20);
  }
  return null;
}

// Two nodes do this for one account at the same time and send the same transactions: each must run once.
async function writeWeb3(connection, account) {
  while (!run.stop) {
    await sleep(10 + Math.random() * 30);
    let begin = clock();
    try {
      const nonce = Number(await connection.ask('eth_getTransactionCount', account.address, 'latest'));
      note({ client: connection.name, begin, seen: { see: 'value', what: `nonce ${account.address.toLowerCase()}`, value: nonce } });
      const raw = await transactionOf(account, nonce), hash = ethers.keccak256(raw);
      run.hashes.push(hash);
      begin = clock();
      await connection.ask('eth_sendRawTransaction', raw).catch(() => {});   // known, too old, or away: the receipt tells
      const receipt = await receiptOf(connection, hash, clock() + 3000);
      note({ client: connection.name, begin, hash, outcome: receipt ? 'ok' : 'unknown' });
    } catch { await sleep(50); }
  }
}

const kMaybeTaken = new Set([10004, 10005, 10011]);    // it waits or ran already

async function writeNative(connection, key) {
  for (let sequence = 0; !run.stop; sequence++) {
    await sleep(20 + Math.random() * 60);
    const tag = (node + 1) * 100_000_000 + sequence;
    const limit = await connection.ask('getBlockNumber', 'group0', '').catch(() => null);
    if (limit === null) { await sleep(50); continue; }
    const blockLimit = Math.random() < 0.1 ? limit - 1 : limit + 500;   // some come too late: refused, and run nowhere
    const { hash, encoded } = signNative(key, { blockLimit, nonce: `${run.number}-${tag}`, to: run.counter, input: tagged(tag) });
    run.hashes.push(hash);
    const begin = clock();
    let outcome = 'unknown', sends = 0, seen;
    for (const until = begin + 4000; outcome === 'unknown' && clock() < until; await sleep(30)) {
      try {
        const receipt = await connection.ask('sendTransaction', 'group0', '', encoded, false);
        outcome = 'ok', seen = { see: 'receipt', native: true, hash, receipt };
      } catch (error) {
        if (error.code === 10005) { outcome = 'ok'; break; }
        if (sends === 0 && error.code >= 10000 && !kMaybeTaken.has(error.code)) outcome = 'refused';
      }
      sends++;
    }
    note({ client: connection.name, begin, hash, outcome, seen });
  }
}

async function readOn(connection, reads) {
  while (!run.stop) {
    await sleep(5 + Math.random() * 20);
    const begin = clock();
    try {
      const seen = await pick(reads)(connection, { counter: run.counter, hash: pick(run.hashes), sink: sinkOf(accounts[1 + Math.floor(Math.random() * 4)]), account: accounts[1 + Math.floor(Math.random() * 4)] });
      if (seen) note({ client: connection.name, begin, seen });
    } catch (error) {
      if (error.lost) await sleep(30);
    }
  }
}

function start({ number, ports, counter }) {
  run = { number, counter, stop: false, ops: [], hashes: ['0x' + '00'.repeat(32)] };
  const web3 = name => new Connection(`${name} of node ${node}`, ports.web3), native = name => new Connection(`${name} of node ${node}`, ports.rpc);
  const own = accounts[1 + node], neighbours = accounts[1 + (node + 1) % 4];
  run.clients = [writeWeb3(web3('web3 writer'), own), writeWeb3(web3('second web3 writer'), neighbours),
    writeNative(native('native writer'), new ethers.SigningKey(accounts[5 + node].privateKey)),
    readOn(web3('web3 reader'), web3Reads), readOn(web3('second web3 reader'), web3Reads), readOn(native('native reader'), nativeReads)];
}

async function stop() {
  run.stop = true;
  await Promise.all(run.clients);
  return { ops: run.ops };
}

async function deploy({ ports }) {
  const connection = new Connection('deployer', ports.web3);
  const raw = await accounts[0].signTransaction({ type: 2, chainId: 20200, nonce: 0, gasLimit: 1_000_000, maxFeePerGas: 0, maxPriorityFeePerGas: 0, data: initCode });
  const hash = await connection.ask('eth_sendRawTransaction', raw);
  for (;;) if (await connection.ask('eth_getTransactionReceipt', hash)) return {};
}

const asked = {
  start: async order => start(order),
  stop,
  deploy,
  ask: async ({ port, method, params }) => ({ result: await new Connection('parent', port).ask(method, ...params) }),
  batch: async ({ port, calls }) => ({ results: await new Connection('parent', port).batch(calls) }),
  each: async ({ port, calls }) => {    // the native port takes no batch
    const connection = new Connection('parent', port), results = [];
    for (const [method, ...params] of calls) results.push(await connection.ask(method, ...params).catch(() => null));
    return { results };
  },
};
process.on('message', async ({ id, order, ...rest }) => {
  try { process.send({ id, ...await asked[order](rest) }); } catch (error) { process.send({ id, error: error.message }); }
});
process.on('disconnect', () => process.exit());
