// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The checker is tried on a small history that is right, and on copies of it with one thing wrong: it must say which.
import { check, History } from './checker.mjs';
import { tagged } from './counter.mjs';

const counter = '0x' + 'c0'.repeat(20), alice = '0x' + 'a1'.repeat(20), bob = '0x' + 'b0'.repeat(20);
const hash = number => '0x' + number.toString(16).padStart(64, '0');
const log = (tag, count) => [{ topics: [tagged(tag)], data: '0x' + count.toString(16) }];
const transaction = (number, fields) => ({ hash: hash(number), type: '0x2', from: alice, value: '0x0', input: '0x', ...fields });
const receipt = (number, block, logs = []) => ({ transactionHash: hash(number), status: '0x1', blockNumber: '0x' + block.toString(16), logs });

// Block 1: a transfer. Block 2: an addition of a web3 client. Block 3: one of a native client.
function rightChain() {
  return [
    { hash: hash(100), transactions: [], receipts: [] },
    { hash: hash(101), transactions: [transaction(1, { nonce: '0x0', to: bob, value: '0x1' })], receipts: [receipt(1, 1)] },
    { hash: hash(102), transactions: [transaction(2, { nonce: '0x1', to: counter, input: tagged(7) })], receipts: [receipt(2, 2, log(7, 1))] },
    { hash: hash(103), transactions: [transaction(3, { type: '0x0', nonce: '0x0', to: counter, input: tagged(8) })], receipts: [receipt(3, 3, log(8, 2))] },
  ];
}
const read = (begin, seen) => ({ node: 0, client: 'reader', begin, end: begin + 1, seen });
const write = (begin, number, outcome) => ({ node: 0, client: 'writer', begin, end: begin + 1, hash: hash(number), outcome });
const value = (what, of, block) => ({ see: 'value', what, value: of, block });
const end = () => ({ number: 3, hash: hash(103), stateRoot: hash(200), count: '0x2', receipts: Object.fromEntries(rightChain().flatMap(({ receipts }) => receipts).map(each => [each.transactionHash, each])) });

function rightHistory() {
  return {
    blocks: rightChain(), ends: [end(), end()],
    ops: [read(0, { see: 'head', block: 0 }), read(2, value('count', '0')), write(4, 1, 'ok'), read(6, value(`balance ${bob}`, '1')),
      read(8, { see: 'receipt', hash: hash(2), receipt: null }), write(10, 2, 'ok'), read(12, value('count', '1', 2)),
      read(14, { see: 'receipt', hash: hash(2), receipt: receipt(2, 2, log(7, 1)) }), read(16, { see: 'transaction', hash: hash(3), block: null }),
      write(18, 3, 'ok'), write(19, 4, 'refused'), write(19, 5, 'unknown'), read(20, { see: 'header', block: 3, hash: hash(103), latest: true })],
  };
}

const wrongs = {
  'a stale read at a stated block': [/stale or early/, ({ ops }) => ops.push(read(30, value('count', '1', 3)))],
  'an early read at a stated block': [/stale or early/, ({ ops }) => ops.push(read(1, value('count', '1', 0)))],
  'a value that no block has': [/no block has that value/, ({ ops }) => ops.push(read(30, value('count', '3')))],
  'a value read after a later one': [/went back/, ({ ops }) => ops.push(read(30, value('count', '1')))],
  'a block number that falls': [/went back/, ({ ops }) => ops.push(read(30, { see: 'head', block: 2 }))],
  'a block that was not decided': [/the chain ends/, ({ ops }) => ops.push(read(30, { see: 'head', block: 4 }))],
  'a block with another hash': [/was shown with hash/, ({ ops }) => ops.push(read(30, { see: 'header', block: 3, hash: hash(9) }))],
  'a block that vanishes': [/went back/, ({ ops }) => ops.push(read(30, { see: 'header', block: 3, hash: null }))],
  'a receipt that changes': [/was shown as/, ({ ops }) => ops.push(read(30, { see: 'receipt', hash: hash(2), receipt: receipt(2, 1, log(7, 1)) }))],
  'a receipt that vanishes': [/went back/, ({ ops }) => ops.push(read(30, { see: 'receipt', hash: hash(2), receipt: null }))],
  'a receipt of nothing': [/in no block/, ({ ops }) => ops.push(read(30, { see: 'receipt', hash: hash(6), receipt: receipt(6, 1) }))],
  'a transaction that moves': [/was shown in block/, ({ ops }) => ops.push(read(30, { see: 'transaction', hash: hash(2), block: 1 }))],
  'an acknowledged write that is lost': [/lost write/, ({ ops }) => ops.push(write(30, 5, 'ok'))],
  'an acknowledged write that one node lacks': [/lost write/, ({ ends }) => { delete ends[1].receipts[hash(2)]; }],
  'a write that was refused and ran': [/refused, and yet run/, ({ ops }) => ops.push(write(30, 3, 'refused'))],
  'a transaction in two blocks': [/doubled write/, ({ blocks }) => { blocks[3].transactions.push(blocks[2].transactions[0]); blocks[3].receipts.push(blocks[2].receipts[0]); }],
  'an operation that ran twice': [/doubled write/, ({ blocks }) => { blocks[3].transactions.push(transaction(9, { type: '0x0', to: counter, input: tagged(7) })); blocks[3].receipts.push(receipt(9, 3, log(7, 3))); }],
  'a nonce that was left out': [/doubled or lost/, ({ blocks }) => { blocks[2].transactions[0].nonce = '0x2'; }],
  'a run whose effect was lost': [/logs/, ({ blocks }) => { blocks[3].receipts[0].logs = log(8, 1); }],
  'nodes that differ in the end': [/in the end node 1/, ({ ends }) => { ends[1].stateRoot = hash(201); }],
  'a count that differs in the end': [/in the end node 1 counts/, ({ ends }) => { ends[1].count = '0x1'; }],
};

const judge = ({ blocks, ops, ends }) => check({ history: new History(blocks, counter), ops, ends });

export function tryTheChecker() {
  const none = judge(rightHistory());
  if (none.length) throw new Error(`the checker finds fault with a right history: ${none[0]}`);
  for (const [what, [expected, change]] of Object.entries(wrongs)) {
    const history = rightHistory();
    change(history);
    const found = judge(history);
    if (!found.some(anomaly => expected.test(anomaly))) throw new Error(`the checker does not see ${what}: ${found[0] ?? 'it finds nothing'}`);
  }
  console.log(`the checker sees each of ${Object.keys(wrongs).length} wrong histories`);
}
