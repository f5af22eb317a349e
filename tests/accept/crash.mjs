#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Rounds of `kill -9` of all processes at a random moment under load, sometimes twice. After each restart: every transaction
// whose receipt a client has read is in the same block on every node, all heads are equal, every node answered within two
// seconds. At the end every block is read: each acknowledged transaction ran once, and the balance says so too.
//   --rounds 50   --start-up-ms 2000 (raise it on a machine that does other work)
import { once } from 'node:events';
const { accept, accounts, assert, now, option, post, rpc, sleep, transfer, until } = await import('./chain.mjs');

const rounds = option('rounds', 50);
const receiver = accounts[9].address;
const acknowledged = new Map();   // hash -> block hash
let fresh = [];                   // since the round before last

async function sendAndWait(chain, account, node, stop) {
  let nonce = Number(await rpc(chain.web3(node), 'eth_getTransactionCount', account.address, 'latest'));
  while (!stop.now) {
    try {
      const hash = await rpc(chain.web3(node), 'eth_sendRawTransaction', await transfer(account, nonce, receiver));
      for (let receipt; !receipt && !stop.now; await sleep(2)) {
        receipt = await rpc(chain.web3(node), 'eth_getTransactionReceipt', hash);
        if (receipt) acknowledged.set(hash, receipt.blockHash), fresh.push(hash), nonce++;
      }
    } catch { if (!stop.now) await sleep(5); }
  }
}

async function batch(url, method, params) {
  const body = JSON.stringify(params.map((one, id) => ({ jsonrpc: '2.0', id, method, params: one })));
  return JSON.parse((await post(url, body, 20_000)).text).sort((a, b) => a.id - b.id).map(reply => reply.result);
}

// Killed together: what one had on its disk, and another not yet, is different each time.
async function killAll(children) {
  const gone = children.map(child => child.exitCode === null && child.signalCode === null && once(child, 'exit'));
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(gone);
}

async function startAll(chain, longest) {
  const began = now();
  const children = await chain.all(i => chain.startNode(i));
  if (Math.random() < 0.2) {                                     // a crash in the middle of starting up
    await sleep(Math.random() * 150);
    await killAll(children);
    return startAll(chain, longest);
  }
  await until('every node answers', 20_000, async () => (await chain.all(i => rpc(chain.web3(i), 'eth_blockNumber'))).length === 4);
  longest.ms = Math.max(longest.ms, now() - began);
  return children;
}

async function heads(chain) {
  const blocks = await chain.all(i => rpc(chain.web3(i), 'eth_getBlockByNumber', 'latest', false));
  return new Set(blocks.map(block => `${block.hash} ${block.stateRoot}`)).size === 1;
}

async function checkRound(chain, round) {
  await until('all heads are equal', 20_000, () => heads(chain));
  await chain.all(async i => {
    const receipts = await batch(chain.web3(i), 'eth_getTransactionReceipt', fresh.map(hash => [hash]));
    fresh.forEach((hash, at) => {
      assert(receipts[at], `round ${round}: node ${i} has lost ${hash}`);
      assert(receipts[at].blockHash === acknowledged.get(hash), `round ${round}: ${hash} moved to another block on node ${i}`);
    });
  });
}

// What a crash interrupted may still be decided meanwhile: blocks and balance belong together when the head stood still.
async function checkWhole(chain, node, before) {
  const number = async () => Number(await rpc(chain.web3(node), 'eth_blockNumber'));
  const ran = new Set();
  let head = 0, balance;
  for (let last = await number(); last > head; last = await number()) {
    for (let first = head + 1; first <= last; first += 200) {
      const numbers = Array.from({ length: Math.min(200, last - first + 1) }, (_, i) => ['0x' + (first + i).toString(16), false]);
      for (const block of await batch(chain.web3(node), 'eth_getBlockByNumber', numbers))
        for (const hash of block.transactions) {
          assert(!ran.has(hash), `node ${node}: ${hash} ran twice`);
          ran.add(hash);
        }
    }
    head = last;
    balance = BigInt(await rpc(chain.web3(node), 'eth_getBalance', receiver, 'latest'));
  }
  for (const hash of acknowledged.keys()) assert(ran.has(hash), `node ${node}: ${hash} is lost`);
  assert(balance - before === BigInt(ran.size), `node ${node}: ${ran.size} transfers moved ${balance - before}`);
  return head;
}

await accept('crash', {}, async chain => {
  const longest = { ms: 0 };
  let children = await startAll(chain, longest);
  const before = BigInt(await rpc(chain.web3(0), 'eth_getBalance', receiver, 'latest'));
  const began = now();
  for (let round = 1; round <= rounds; round++) {
    const stop = { now: false }, enough = acknowledged.size + 8;
    fresh = fresh.slice(-60);
    const senders = Array.from({ length: 8 }, (_, i) => sendAndWait(chain, accounts[i], i % 4, stop));
    await until('transactions are decided', 20_000, () => acknowledged.size >= enough);
    await sleep(Math.random() * 250);
    stop.now = true;
    await killAll(children);
    await Promise.allSettled(senders);
    children = await startAll(chain, longest);
    await checkRound(chain, round);
    if (round % 50 === 0 || round === rounds)
      console.log(`round ${round}: ${acknowledged.size} acknowledged, ${((now() - began) / round / 1000).toFixed(2)} s a round, slowest start-up ${longest.ms.toFixed(0)} ms`);
  }
  const numbers = await chain.all(i => checkWhole(chain, i, before));
  console.log(`${rounds} rounds, ${numbers[0]} blocks: each acknowledged transaction ran once on every node`);
  children.forEach(child => child.unref());
  assert(longest.ms <= option('start-up-ms', 2000), `a start-up took ${longest.ms.toFixed(0)} ms`);
});
