#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Who and what is let in, on a running chain of two groups: lists that change under open sessions, transactions replayed in
// another group or chain, signatures at the edges, clients that exhaust a node, secrets in logs and files. What needs no
// whole system is held by the tests of the rooms; docs/RELIABILITY.md says which.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
const { accept, accounts, assert, ethers, rpc, setKey, sleep, transfer, until } = await import('./chain.mjs');
const { signNative } = await import('./history/native.mjs');

const curveOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const failure = promise => promise.then(result => { throw new Error(`taken: ${JSON.stringify(result)}`); }, error => error);
const memory = (pid, what) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${what}:\\s+(\\d+)`))[1]) / 1024;
const rss = pid => memory(pid, 'VmRSS'), peak = pid => memory(pid, 'VmHWM');
let nonce = 0;

async function decidesATransfer(chain, node) {
  const hash = await rpc(chain.web3(node), 'eth_sendRawTransaction', await transfer(accounts[0], nonce++, accounts[9].address));
  await until(`node ${node} decides a transfer`, 10_000, () => rpc(chain.web3(node), 'eth_getTransactionReceipt', hash));
}

// The lists of node `i`, as an operator changes them.
function setLists(chain, i, { allow = '', deny = '' }) {
  const file = join(chain.dir, `node${i}`, 'config.ini'), pid = chain.pids()[i];
  writeFileSync(file, setKey('allow', allow)(setKey('deny', deny)(readFileSync(file, 'utf8'))));
  process.kill(pid, 'SIGHUP');
}

async function lists(chain) {
  const idsOf = group => chain.all(async i => JSON.parse(await rpc(chain.native(i), 'getConsensusStatus', group, '')).nodeID);
  const ids = await idsOf('group0'), allowed = [...ids.slice(0, 3), ...(await idsOf('group1')).slice(0, 3)];   // a process shows both
  const peers = (...counts) => until(`the nodes have ${counts} peers`, 10_000, () => chain.status().every((node, i) => node.peers === counts[i]));
  for (const [what, change] of [['denied', { deny: ids[3] }], ['not allowed', { allow: allowed.join(', ') }]]) {
    for (let i = 0; i < 3; i++) setLists(chain, i, change);
    await peers(2, 2, 2, 0);
    await decidesATransfer(chain, 0);
    for (let i = 0; i < 3; i++) setLists(chain, i, {});
    await peers(3, 3, 3, 3);
    await chain.agree();
    console.log(`a node that is ${what} while its sessions are open: cut off within seconds, back when the list is`);
  }
  const log = () => readFileSync(join(chain.dir, 'node0/log/node.log'), 'utf8'), file = join(chain.dir, 'node0/config.ini'), right = readFileSync(file);
  setLists(chain, 0, { deny: 'nobody' });
  try { await until('a wrong list is named', 5_000, () => /the lists stay as they are: .*config.ini:\d+.*nobody/.test(log())); } finally { writeFileSync(file, right); }
}

async function replays(chain) {
  const common = { nonce: 0, to: accounts[9].address, gasLimit: 21000 }, fees = { maxFeePerGas: 0, maxPriorityFeePerGas: 0 };
  const web3 = fields => accounts[5].signTransaction({ ...common, ...fields });
  for (const [what, raw] of [['of group1', await web3({ type: 2, chainId: 20201, ...fees })], ['of Ethereum', await web3({ type: 2, chainId: 1, ...fees })],
    ['of Ethereum, legacy', await web3({ type: 0, chainId: 1, gasPrice: 0 })]])
    assert(/invalid chain id/.test((await failure(rpc(chain.web3(0), 'eth_sendRawTransaction', raw))).message), `web3 transaction ${what}`);

  const key = new ethers.SigningKey(accounts[6].privateKey), to = accounts[9].address.toLowerCase();
  const native = (group, order) => {
    const { encoded } = signNative(key, { blockLimit: 500, nonce: 'first', to, input: '0x', ...order });
    return rpc(chain.native(1), 'sendTransaction', group, '', encoded, false);
  };
  assert((await native('group0', {})).status === 0, 'a native transaction');
  const expected = [['in the other group', 'group1', {}, 10007], ['of another chain', 'group0', { chain: 'chain1' }, 10006], ['once more', 'group0', {}, 10005],
    ['with its nonce again', 'group0', { input: '0x01' }, 10000], ['beyond its block limit', 'group0', { nonce: 'second', blockLimit: 0 }, 10001],
    ['with a block limit far ahead', 'group0', { nonce: 'third', blockLimit: 1_000_000 }, 10001]];
  for (const [what, group, order, code] of expected) {
    const error = await failure(native(group, order));
    assert(error.code === code && /: \S+ \S+ \S+/.test(error.message.replace(/^sendTransaction: /, '')), `native transaction ${what}: ${error.code} ${error.message}`);
  }
  assert((await native('group1', { group: 'group1' })).status === 0, 'the same in its own group');
  console.log('replays in another group, on another chain, and of what ran: refused, each with a sentence');
}

async function signatures(chain) {
  const good = ethers.Transaction.from(await transfer(accounts[7], 0, accounts[9].address)), { r, s, yParity } = good.signature;
  const fields = ethers.decodeRlp('0x' + good.serialized.slice(4)), word = value => ethers.toBeHex(value);
  const withSignature = (v, r, s) => '0x02' + ethers.encodeRlp([...fields.slice(0, 9), v, r, s]).slice(2);
  const high = word(curveOrder - BigInt(s)), flipped = yParity ? '0x' : '0x01', parity = yParity ? '0x01' : '0x', huge = '0x' + 'ff'.repeat(32);
  const web3 = { 'high s': [flipped, r, high], 'r = 0': [parity, '0x', s], 's = 0': [parity, r, '0x'], 'v = 2': ['0x02', r, s], 'v of one byte': ['0xff', r, s],
    'r = n': [parity, word(curveOrder), s], 's = n': [parity, r, word(curveOrder)], 'r beyond the field': [parity, huge, s], 'all zero': ['0x', '0x', '0x'],
    'r that is no point': [parity, '0x05', s], 'a word too long': [parity, '0x01' + r.slice(2), s] };
  for (const [what, signature] of Object.entries(web3))
    await failure(rpc(chain.web3(0), 'eth_sendRawTransaction', withSignature(...signature))).then(error => assert(error.code === -32000, `${what}: ${error.message}`));

  const key = new ethers.SigningKey(accounts[7].privateKey), nativeHigh = hex => word(curveOrder - BigInt('0x' + hex)).slice(2).padStart(64, '0');
  const { encoded } = signNative(key, { blockLimit: 500, nonce: 'edges', to: accounts[9].address.toLowerCase(), input: '0x' });
  const at = encoded.length - 130, [head, rs, ss, v] = [encoded.slice(0, at), encoded.slice(at, at + 64), encoded.slice(at + 64, at + 128), encoded.slice(at + 128)];
  const zero = '0'.repeat(64), native = { 'high s': rs + nativeHigh(ss) + (v === '00' ? '01' : '00'), 'r = 0': zero + ss + v, 's = 0': rs + zero + v,
    'v = 4': rs + ss + '04', 'v = 27': rs + ss + '1b', 'r beyond the field': 'f'.repeat(64) + ss + v, 'all zero': zero + zero + '00' };
  for (const [what, signature] of Object.entries(native)) {
    const error = await failure(rpc(chain.native(0), 'sendTransaction', 'group0', '', head + signature, false));
    assert(error.code === 10008, `native ${what}: ${error.code} ${error.message}`);
  }
  for (const node of [0, 1, 2, 3]) assert(await rpc(chain.web3(node), 'eth_getTransactionCount', accounts[7].address, 'latest') === '0x0', 'one of them ran');
  console.log(`${Object.keys(web3).length + Object.keys(native).length} signatures at the edges: refused at the doors`);
}

const body = (method, ...params) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
const http = text => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
function open(port, from, bytes = '') {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {}).on('connect', () => bytes && socket.write(bytes)).on('close', () => { socket.gone = true; });
  return socket;
}
// A request from another address of the loopback: as another machine would ask.
function askFrom(from, port, text, ms = 10_000) {
  return new Promise((done, failed) => {
    const asking = request({ host: '127.0.0.1', port, method: 'POST', localAddress: from, agent: new Agent(), timeout: ms }, reply => {
      const parts = [];
      reply.on('data', part => parts.push(part)).on('end', () => done(Buffer.concat(parts).toString()));
    });
    asking.on('timeout', () => asking.destroy(new Error('no answer'))).on('error', failed).end(text);
  });
}

async function floods(chain) {
  const { web3, p2p } = chain.ports, sockets = [];
  const flood = (count, port, bytes) => { for (let i = 0; i < count; i++) sockets.push(open(port, '127.0.0.1', bytes)); };
  const others = async what => assert(JSON.parse(await askFrom('127.0.0.2', web3, body('eth_blockNumber'))).result, `${what}: another address is not served`);
  flood(1500, web3);
  await until('what is beyond its share is closed', 10_000, () => sockets.filter(socket => socket.gone).length >= 1500 - 600);
  await others('1,500 connections');
  sockets.splice(0).forEach(socket => socket.destroy());
  await sleep(300);
  flood(400, web3, 'POST / HTTP/1.1\r\nA: ');      // slow writers; that they are closed in time is a test of access/net
  await others('400 heads that never end');
  sockets.splice(0).forEach(socket => socket.destroy());
  await sleep(300);

  const pid = chain.pids()[0], before = rss(pid);
  const block = body('eth_getBlockByNumber', '0x0', true), batch = `[${Array(900).fill(block)}]`;
  flood(60, web3, http(batch).repeat(4));             // slow readers: a megabyte for each answer, and they read nothing
  await sleep(3000);
  await others('60 clients that do not read');
  const grown = peak(pid) - before;
  console.log(`clients that open, drip and do not read: others are served, memory grew by ${grown.toFixed(0)} MB`);
  assert(grown < 700, 'memory grew');
  sockets.splice(0).forEach(socket => socket.destroy());

  process.kill(chain.pids()[3], 'SIGKILL');           // it must find its way back through strangers that occupy the door
  await until('the killed node is gone', 5_000, () => !chain.status()[3].running);
  for (let i = 0; i < 4; i++) for (let k = 0; k < 200; k++) sockets.push(open(p2p + i, '127.0.0.2'));
  chain.start();
  await until('a node returns while strangers flood the peer-to-peer port', 15_000, () => chain.status().every(node => node.peers === 3));
  sockets.splice(0).forEach(socket => socket.destroy());
  await chain.agree();
}

// Calls that burn all gas that they may have, in a loop and in memory: the chain goes on beside them.
async function calls(chain) {
  const pid = chain.pids()[0], before = rss(pid), gas = '0xffffffffffffffff';
  // A loop; memory beyond any bound; a contract that takes 4 MB, creates itself, and so on.
  const loop = { data: '0x5b600056', gas }, vast = { data: '0x600160ff1b51', gas }, deep = { data: '0x386000600039' + '6300400000' + '5150' + '3860006000f0' + '00', gas };
  const ask = (node, call) => askFrom('127.0.0.2', chain.ports.web3 + node, body('eth_call', call, 'latest'), 120_000);
  const answers = (await Promise.all([vast, vast, deep, deep, loop].map(call => ask(0, call)))).map(text => JSON.parse(text));
  assert(answers.every(answer => answer.error || answer.result), 'a call without an answer');
  await chain.all(node => { for (let i = 0; i < 20; i++) ask(node, loop).catch(() => {}); });   // minutes of work at each node
  for (let i = 0; i < 5; i++) await decidesATransfer(chain, 0);
  const grown = peak(pid) - before, leader = await chain.leaderAmong([0, 1, 2, 3]);
  process.kill(chain.pids()[leader], 'SIGKILL');      // who follows must be verified beside all those calls
  await decidesATransfer(chain, (leader + 1) % 4);
  assert(!chain.status()[leader].running, 'the killed leader runs');
  chain.start();
  console.log(`calls with all gas there is: the chain went on beside them and changed its leader, memory grew by ${grown.toFixed(0)} MB at most`);
  assert(grown < 900, 'memory grew');
}

function secrets(chain) {
  const files = execFileSync('find', [chain.dir, '-name', '*.key'], { encoding: 'utf8' }).trim().split('\n');
  assert(files.length >= 4 * 3 + 2, 'key files');
  const logsOf = folder => readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8')).join('');
  const logs = Array.from({ length: chain.count }, (_, i) => logsOf(join(chain.dir, `node${i}`, 'log'))).join('').toLowerCase();
  assert(/ trace | debug /.test(logs), 'the logs hold everything');
  for (const file of files) {
    assert((statSync(file).mode & 0o077) === 0, `${file} can be read by others`);
    const text = execFileSync('openssl', ['pkey', '-in', file, '-noout', '-text'], { encoding: 'utf8' });
    const secret = text.match(/priv:\n([^p]+)pub:/)[1].replace(/[\s:]/g, '').replace(/^00/, '');
    assert(secret.length >= 60 && !logs.includes(secret), `the secret of ${file} is in a log`);
    const lines = readFileSync(file, 'utf8').split('\n').filter(line => line.length >= 40 && !line.startsWith('-----'));
    assert(lines.length && !lines.some(line => logs.includes(line.toLowerCase())), `a line of ${file} is in a log`);
  }
  console.log(`${files.length} key files: for their owner only, and nothing of them in ${(logs.length / 1000).toFixed(0)} kB of logs`);
}

await accept('admission', { args: ['--group', 'group0', '--group', 'group1'] }, async chain => {
  for (let i = 0; i < chain.count; i++) {
    const file = join(chain.dir, `node${i}`, 'config.ini');
    writeFileSync(file, setKey('level', 'trace')(readFileSync(file, 'utf8')));
  }
  chain.start();
  await until('all are connected', 10_000, () => chain.status().every(node => node.peers === 3));
  await decidesATransfer(chain, 0);
  await lists(chain);
  await replays(chain);
  await signatures(chain);
  await floods(chain);
  await calls(chain);
  await chain.agree();
  secrets(chain);
});
