// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Judges what clients saw against the chain as it stands in the end. The chain's transactions are run here a second time, by
// a model that knows transfers and the counter, so that every value has the blocks in which a client may have seen it. An
// observation is then an interval of blocks; a node whose intervals ever go back has shown something that it took back.
import { tagged } from './counter.mjs';

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const brief = value => JSON.stringify(value, (_, each) => typeof each === 'bigint' ? String(each) : each)?.slice(0, 300);

export class History {
  // blocks: from number 0 on, { hash, transactions: [as eth_getBlockByNumber has them], receipts }.
  constructor(blocks, counter) {
    Object.assign(this, { blocks, counter: counter.toLowerCase(), head: blocks.length - 1 });
    this.series = new Map();       // what → [[block, value], …], one entry a block that changed it
    this.places = new Map();       // transaction hash → { block, receipt }
    this.anomalies = [];
    blocks.forEach((block, number) => block.transactions.forEach((tx, index) => this.run(number, tx, block.receipts[index])));
  }
  latest(what) { return this.series.get(what)?.at(-1)[1] ?? 0n; }
  set(what, block, value) {
    if (!this.series.has(what)) this.series.set(what, [[0, 0n]]);
    const entries = this.series.get(what);
    if (entries.at(-1)[0] === block) entries.at(-1)[1] = value;
    else entries.push([block, value]);
  }
  add(what, block, amount) { this.set(what, block, this.latest(what) + amount); }

  run(block, tx, receipt) {
    if (this.places.has(tx.hash)) this.anomalies.push(`doubled write: ${tx.hash} stands in blocks ${this.places.get(tx.hash).block} and ${block}`);
    this.places.set(tx.hash, { block, receipt });
    if (receipt?.transactionHash !== tx.hash || receipt.status !== '0x1') this.anomalies.push(`${tx.hash} in block ${block} has the receipt ${brief(receipt)}`);
    if (BigInt(tx.type) !== 0n) this.takeNonce(block, tx);
    if (tx.to?.toLowerCase() === this.counter && tx.input.length === 66) return this.count(block, tx, receipt);
    if (tx.to) this.add(`balance ${tx.to.toLowerCase()}`, block, BigInt(tx.value));
  }
  takeNonce(block, tx) {           // of web3 transactions, which our clients send with type 2
    const what = `nonce ${tx.from.toLowerCase()}`;
    if (BigInt(tx.nonce) !== this.latest(what)) this.anomalies.push(`doubled or lost write: ${tx.hash} in block ${block} has nonce ${tx.nonce}, not ${this.latest(what)}`);
    this.add(what, block, 1n);
  }
  count(block, tx, receipt) {
    this.add('count', block, 1n);
    this.add(`slot ${tx.input}`, block, 1n);
    if (this.latest(`slot ${tx.input}`) > 1n) this.anomalies.push(`doubled write: the operation ${BigInt(tx.input)} ran again in block ${block}`);
    const log = receipt?.logs[0];
    if (log?.topics[0] !== tx.input || BigInt(log.data) !== this.latest('count'))
      this.anomalies.push(`${tx.hash} in block ${block} logs ${brief(log)}, not count ${this.latest('count')}`);
  }

  // The blocks in which `what` had `value`; values only rise, so they follow one another.
  blocksOf(what, value) {
    const entries = this.series.get(what) ?? [[0, 0n]];
    const at = entries.findIndex(entry => entry[1] === value);
    if (at < 0) throw new Error(`${what} was shown as ${value}: no block has that value`);
    return [entries[at][0], at + 1 < entries.length ? entries[at + 1][0] - 1 : Infinity];
  }
}

// The blocks of which a node may have answered `seen`. Throws when there is none.
function blocksOf(history, seen) {
  const until = hash => [0, history.places.has(hash) ? history.places.get(hash).block - 1 : Infinity];
  const stated = block => {
    if (block > history.head) throw new Error(`block ${block} was shown, the chain ends with ${history.head}`);
    return [block, block];
  };
  switch (seen.see) {
    case 'head': return stated(seen.block);
    case 'header':
      if (seen.hash === null) return [0, seen.block - 1];
      stated(seen.block);
      if (history.blocks[seen.block].hash !== seen.hash) throw new Error(`block ${seen.block} was shown with hash ${seen.hash}, it has ${history.blocks[seen.block].hash}`);
      return [seen.block, seen.latest ? seen.block : Infinity];
    case 'value': {
      const [first, last] = history.blocksOf(seen.what, BigInt(seen.value));
      if (seen.block === undefined) return [first, last];
      if (seen.block < first || seen.block > last) throw new Error(`stale or early read: ${seen.what} was shown as ${seen.value} at block ${seen.block}, it had that value from ${first} to ${last}`);
      return stated(seen.block);
    }
    case 'receipt': {
      if (seen.receipt === null) return until(seen.hash);
      const place = history.places.get(seen.hash);
      if (!place) throw new Error(`the receipt of ${seen.hash} was shown, it is in no block`);
      const final = seen.native ? place.native : place.receipt;
      if (!same(final, seen.receipt)) throw new Error(`the receipt of ${seen.hash} was shown as ${brief(seen.receipt)}, it is ${brief(final)}`);
      return [place.block, Infinity];
    }
    case 'transaction':
      if (seen.block === null) return until(seen.hash);
      if (history.places.get(seen.hash)?.block !== seen.block) throw new Error(`${seen.hash} was shown in block ${seen.block}, it is in ${history.places.get(seen.hash)?.block}`);
      return [seen.block, Infinity];
  }
  throw new Error(`an observation of unknown kind: ${brief(seen)}`);
}

// What a node has shown before an operation began binds that operation, whichever connection it came over.
function checkOrder(ops, anomalies) {
  const byEnd = [...ops].sort((a, b) => a.end - b.end);
  let floor = { blocks: [0] }, done = 0;
  for (const op of [...ops].sort((a, b) => a.begin - b.begin)) {
    for (; done < byEnd.length && byEnd[done].end <= op.begin; done++)
      if (byEnd[done].blocks[0] > floor.blocks[0]) floor = byEnd[done];
    if (op.blocks[1] < floor.blocks[0])
      anomalies.push(`node ${op.node} went back: ${op.client} saw ${brief(op.seen)} after ${floor.client} had seen ${brief(floor.seen)}`);
  }
}

function checkWrite(history, op, anomalies) {
  const place = history.places.get(op.hash);
  if (op.outcome === 'ok' && !place) anomalies.push(`lost write: ${op.hash} was acknowledged to ${op.client} and is in no block`);
  if (op.outcome === 'refused' && place) anomalies.push(`refused, and yet run: ${op.hash} of ${op.client} is in block ${place.block}`);
}

// → anomalies, as sentences. ops: { node, client, begin, end (ms of one clock), seen } of reads, and { …, hash, outcome:
// ok | refused | unknown, seen } of writes. ends: by node { number, hash, stateRoot, count, receipts: {hash: receipt} }.
export function check({ history, ops, ends }) {
  const anomalies = [...history.anomalies];
  const placed = [];
  for (const op of ops) {
    if (op.outcome) checkWrite(history, op, anomalies);
    if (!op.seen) continue;
    try { placed.push({ ...op, blocks: blocksOf(history, op.seen) }); } catch (error) { anomalies.push(`node ${op.node}, ${op.client}: ${error.message}`); }
  }
  for (const node of new Set(ops.map(op => op.node))) checkOrder(placed.filter(op => op.node === node), anomalies);

  const acknowledged = [...new Set(ops.filter(op => op.outcome === 'ok').map(op => op.hash))];
  ends.forEach((end, node) => {
    for (const what of ['number', 'hash', 'stateRoot'])
      if (end[what] !== ends[0][what]) anomalies.push(`in the end node ${node} has the ${what} ${end[what]}, node 0 ${ends[0][what]}`);
    if (BigInt(end.count) !== history.latest('count')) anomalies.push(`in the end node ${node} counts ${BigInt(end.count)}, the blocks ${history.latest('count')}`);
    for (const hash of acknowledged)
      if (!end.receipts[hash]) anomalies.push(`lost write: ${hash} was acknowledged, node ${node} does not have it in the end`);
      else if (!same(end.receipts[hash], history.places.get(hash)?.receipt)) anomalies.push(`node ${node} has another receipt of ${hash} in the end`);
  });
  return anomalies;
}

export const slotOf = tag => `slot ${tagged(tag)}`;
