// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Sends signed transactions at a fixed rate and notes when each one's block became readable at the node that took it.
import { pause } from "./chain.mjs";

let nextId = 1;

export async function ask(url, method, params) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: nextId++, method, params });
  const reply = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
  const { result, error } = await reply.json();
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
    let seen = Number(await ask(this.url, "eth_blockNumber", []));
    while (!isOver()) {
      const head = Number(await ask(this.url, "eth_blockNumber", []));
      while (seen < head) this.#note(await ask(this.url, "eth_getBlockByNumber", ["0x" + (++seen).toString(16), false]));
      await pause(4);
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
