// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Sends signed transactions at a fixed rate and notes when each one's block became readable at the node that took it.
import { Agent, request } from "node:http";
import { sleep as pause } from "../accept/chain.mjs";

const agent = new Agent({ keepAlive: true, maxSockets: 64 });   // far less work a request than fetch
let nextId = 1;

function post(url, body) {
  return new Promise((done, refuse) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const outgoing = request(url, { method: "POST", agent, headers }, (reply) => {
      const parts = [];
      reply.on("data", (part) => parts.push(part)).on("end", () => done(Buffer.concat(parts).toString())).on("error", refuse);
    });
    outgoing.on("error", refuse).end(body);
  });
}

async function ask(url, method, params) {
  const { result, error } = JSON.parse(await post(url, JSON.stringify({ jsonrpc: "2.0", id: nextId++, method, params })));
  if (error) throw new Error(`${method} at ${url}: ${error.code} ${error.message}`);
  return result;
}

// One entry node: what was sent to it and not yet seen in a block, and when its blocks appeared.
class Entry {
  constructor(url) {
    this.url = url;
    this.sentAt = new Map();       // hash -> performance.now()
    this.latencies = [];
    this.blockTimes = [];          // when each block became readable
  }

  async send({ raw, hash }) {
    this.sentAt.set(hash, performance.now());
    await ask(this.url, "eth_sendRawTransaction", [raw]);
  }

  async watch(isOver) {
    const blockNumber = async () => Number(await ask(this.url, "eth_blockNumber", []));
    let seen = await blockNumber();
    while (!isOver()) {
      const fetching = [];
      for (const head = await blockNumber(); seen < head;)   // at once: one after another would fall behind the chain
        fetching.push(ask(this.url, "eth_getBlockByNumber", ["0x" + (++seen).toString(16), false]));
      for (const block of fetching) this.#note(await block);
      await pause(5);
    }
  }

  #note(block) {
    const now = performance.now();
    this.blockTimes.push(now);
    for (const hash of block.transactions) {
      if (!this.sentAt.has(hash)) continue;
      this.latencies.push(now - this.sentAt.get(hash));
      this.sentAt.delete(hash);
    }
  }
}

// `signed`: [{raw, hash}] in the order of sending; number i goes to urls[entryOf(i)]. `halfway` is called once, when half
// of them were sent. Fails on the first refusal, and when not all were committed within `timeoutMs`.
export async function sendAll(signed, urls, entryOf, ratePerSecond, halfway, timeoutMs) {
  const entries = urls.map((url) => new Entry(url));
  const began = performance.now();
  const failures = [];
  const noted = (promise) => promise.catch((failure) => failures.push(failure));
  const isOver = () => failures.length > 0 || performance.now() - began > timeoutMs ||
    entries.reduce((sum, entry) => sum + entry.latencies.length, 0) === signed.length;
  const going = entries.map((entry) => noted(entry.watch(isOver)));
  for (let i = 0; i < signed.length && failures.length === 0; ++i) {
    const early = began + (i * 1000) / ratePerSecond - performance.now();
    if (early > 1) await pause(early);
    if (i === signed.length / 2) going.push(noted(halfway()));
    going.push(noted(entries[entryOf(i)].send(signed[i])));
  }
  await Promise.all(going);
  if (failures.length > 0) throw failures[0];
  const missing = entries.flatMap((entry) => [...entry.sentAt.keys()]);
  if (missing.length > 0) throw new Error(`${missing.length} transactions were taken and not committed: ${missing[0]} …`);
  return {
    seconds: (Math.max(...entries.map((entry) => entry.blockTimes.at(-1))) - began) / 1000,
    latencies: entries.flatMap((entry) => entry.latencies).sort((a, b) => a - b),
    blockTimes: entries[0].blockTimes,
  };
}

export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

// The longest time between two blocks of which the later one appeared after `moment`, in milliseconds.
export function longestGapAfter(blockTimes, moment) {
  let longest = 0;
  for (let i = 1; i < blockTimes.length; ++i)
    if (blockTimes[i] > moment) longest = Math.max(longest, blockTimes[i] - blockTimes[i - 1]);
  return longest;
}
