#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a disk can do to a node of a real chain of four: it gets full and is freed, a write fails in the middle, files of a
// stopped node change, a table changes while it is read; and, without a chain, the power fails at every operation of three
// long workloads. The full disk is a small one in memory and needs root.   --boundaries 0: without the workloads
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync, readSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
const { accept, accounts, assert, hanse, now, option, rpc, transfer, until } = await import('./chain.mjs');

const every = Array.from({ length: 4 }, (_, i) => i);
const data = (chain, i) => join(chain.dir, `node${i}/groups/group0/data`);
const log = (chain, i) => readFileSync(join(chain.dir, `node${i}/log/node.log`), 'utf8');
const number = async (chain, i) => Number(await rpc(chain.web3(i), 'eth_blockNumber'));
const health = async (chain, i) => {
  const reply = await fetch(`${chain.console(i)}/healthz`, { signal: AbortSignal.timeout(5000) });
  return { status: reply.status, text: (await reply.text()).trim() };
};

let nonce = 0;
async function decide(chain, node, count, load = '0x') {
  for (let i = 0; i < count; i++) {
    const signed = load === '0x' ? await transfer(accounts[0], nonce, accounts[9].address)
      : await accounts[0].signTransaction({ type: 2, chainId: 20200, nonce, to: accounts[9].address, data: load, gasLimit: 6_000_000, maxFeePerGas: 0, maxPriorityFeePerGas: 0 });
    const hash = await rpc(chain.web3(node), 'eth_sendRawTransaction', signed);
    await until(`transaction ${nonce} is decided`, 30_000, () => rpc(chain.web3(node), 'eth_getTransactionReceipt', hash));
    nonce++;
  }
}

async function level(chain, nodes, ms = 30_000) {
  await until(`nodes ${nodes} are level`, ms, async () => {
    const heads = await Promise.all(nodes.map(i => rpc(chain.web3(i), 'eth_getBlockByNumber', 'latest', false)));
    return new Set(heads.map(head => `${head.hash} ${head.stateRoot}`)).size === 1;
  });
}

async function stop(chain, i, signal = 'SIGTERM') {
  const { pid } = chain.status()[i];
  process.kill(pid, signal);
  await until(`node ${i} stops`, 15_000, () => !chain.status()[i].running);
}

async function start(chain, i) {
  chain.startNode(i).unref();
  await until(`node ${i} answers`, 30_000, () => number(chain, i));
}

// The node's own disk gets full while blocks with 100 KB of input are decided; then there is room again.
async function fullDisk(chain) {
  const ballast = join(data(chain, 3), '../ballast'), pid = chain.status()[3].pid;
  const file = openSync(ballast, 'w'), piece = Buffer.alloc(64 << 10, 7);
  try { for (;;) writeSync(file, piece); } catch (error) { assert(error.code === 'ENOSPC', error.message); }
  closeSync(file);
  const load = '0x' + '11'.repeat(100_000);
  let sick;
  for (let i = 0; i < 400 && !sick; i++) {
    await decide(chain, 0, 1, load);
    const { status, text } = await health(chain, 3);
    if (status === 503) sick = text;
  }
  assert(sick && /disk space/.test(sick) && !sick.includes('\n'), `the full disk is not named in /healthz: ${sick}`);
  assert(/the disk refuses a write.*disk space/.test(log(chain, 3)), 'the full disk is not named in the log');
  const before = await number(chain, 1);
  await decide(chain, 1, 10);
  assert(await number(chain, 1) >= before + 10, 'the others do not go on');
  assert(await number(chain, 3) <= before, 'the full node went on without a disk');
  rmSync(ballast);
  const freed = now();
  await level(chain, every);
  assert((await health(chain, 3)).status === 200, 'not well again');
  assert(chain.status()[3].pid === pid, 'it was restarted');
  console.log(`full disk: the others went on; level again ${(now() - freed).toFixed(0)} ms after there was room, same process`);
}

// There is room, but RocksDB cannot make its next file: a write fails in the middle, and the node begins again by itself.
async function failedWrite(chain) {
  const folder = join(data(chain, 3), '..'), pid = chain.status()[3].pid, names = [];
  try { for (;;) writeFileSync(names[names.push(join(folder, `name${names.length}`)) - 1], ''); } catch (error) { assert(error.code === 'ENOSPC', error.message); }
  const load = '0x' + '33'.repeat(100_000);
  let sick;
  for (let i = 0; i < 600 && !sick; i++) {
    await decide(chain, 0, 1, load);
    const { status, text } = await health(chain, 3);
    if (status === 503) sick = text;
  }
  assert(sick && /disk space/.test(sick) && !sick.includes('\n'), `the failed write is not named in /healthz: ${sick}`);
  await decide(chain, 1, 5);
  for (const name of names) rmSync(name, { force: true });
  const freed = now();
  await until('it answers again', 30_000, () => number(chain, 3));
  await level(chain, every);
  await until('it is well again', 20_000, async () => (await health(chain, 3)).status === 200);
  assert(chain.status()[3].pid === pid, 'another process');
  console.log(`failed write: the others went on; level again ${(now() - freed).toFixed(0)} ms after there was room, same process`);
}

function flip(path, at) {
  const file = openSync(path, 'r+'), byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  byte[0] ^= 4;
  writeSync(file, byte, 0, 1, at);
  closeSync(file);
}
const largest = (folder, ending) => readdirSync(folder).filter(name => name.endsWith(ending) || name.startsWith(ending))
  .map(name => join(folder, name)).sort((a, b) => statSync(b).size - statSync(a).size)[0];
const aside = (chain, i) => readdirSync(join(data(chain, i), '..')).filter(name => name.startsWith('data.damaged-')).length;

// A file of a stopped node changes: at its start it names it, sets the store aside and fetches everything from the others.
async function changedFile(chain, i, ending, where) {
  await decide(chain, 0, 3);
  await stop(chain, i, ending === '.log' ? 'SIGKILL' : 'SIGTERM');   // an orderly stop leaves nothing in the log
  const file = largest(data(chain, i), ending), before = aside(chain, i);
  flip(file, where(statSync(file).size));
  await start(chain, i);
  await level(chain, every);
  assert(log(chain, i).includes(`${file.split('/').pop()} is damaged`), `${file} is not named in the log`);
  assert(aside(chain, i) === before + 1, 'the damaged store was not set aside');
  console.log(`${ending}: named, set aside, fetched again`);
}

// It opens, and a block in the middle of a table cannot be read: the node gives the store up by itself.
async function changedWhileRunning(chain, i) {
  await decide(chain, 0, 20, '0x' + '22'.repeat(20_000));
  await stop(chain, i);
  const file = largest(data(chain, i), '.sst'), before = aside(chain, i);
  flip(file, Math.floor(statSync(file).size / 2));
  await start(chain, i);
  const { pid } = chain.status()[i], highest = await number(chain, i);
  for (let block = 1; block <= highest && aside(chain, i) === before; block++) {
    const right = await rpc(chain.web3(0), 'eth_getBlockByNumber', '0x' + block.toString(16), true);
    const read = await rpc(chain.web3(i), 'eth_getBlockByNumber', '0x' + block.toString(16), true).catch(() => null);
    assert(!read || JSON.stringify(read) === JSON.stringify(right), `block ${block} was answered wrongly`);
  }
  await until('the store is given up', 20_000, () => aside(chain, i) === before + 1);
  await until('it answers again', 20_000, () => number(chain, i));
  await level(chain, every);
  assert(log(chain, i).includes(file.split('/').pop()), `${file} is not named in the log`);
  assert(chain.status()[i].pid === pid, 'another process');
  assert((await health(chain, i)).status === 200, 'not well again');
  console.log('a table, while it was read: nothing wrong was answered; set aside and fetched again without a restart');
}

// Who lost its votes is silent, and votes again once nothing that it may have voted for is undecided.
async function votesAgain(chain, i) {
  await decide(chain, 0, 40);
  await level(chain, every);
  assert(log(chain, i).includes('votes again from view'), `node ${i} does not vote again`);
  await stop(chain, (i + 1) % 4 || 1);
  const began = now();
  await decide(chain, i, 6);
  console.log(`a node that had lost its votes makes the quorum again: 6 blocks in ${(now() - began).toFixed(0)} ms`);
}

function refusedSecondProcess(chain) {
  const second = spawnSync(hanse, ['node', 'run', '--dir', join(chain.dir, 'node0')], { encoding: 'utf8', timeout: 20_000 });
  assert(second.status === 1 && /process \d+ runs .*node0 already/.test(second.stderr), `second process: ${second.stderr}`);
  console.log('a second process on the folder is refused by name');
}

if (option('boundaries', 1)) {
  const test = join(dirname(hanse), 'storage_ledger_test');
  const run = spawnSync(test, ['--gtest_filter=*Crash*'], { encoding: 'utf8', env: { ...process.env, HANSE_EVERY_CRASH: '1' }, maxBuffer: 1 << 26 });
  console.log(run.stdout.split('\n').filter(line => /boundaries/.test(line)).join('\n'));
  if (run.status !== 0) { console.log(run.stdout); process.exit(1); }
}

await accept('disk', {}, async chain => {
  const folder = join(data(chain, 3), '..'), root = process.getuid() === 0;
  const kept = readdirSync(folder).map(name => [name, readFileSync(join(folder, name))]);
  if (root) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600m,nr_inodes=200', 'tmpfs', folder]);
    for (const [name, text] of kept) writeFileSync(join(folder, name), text, { mode: name.endsWith('.key') ? 0o600 : 0o644 });
  } else console.log('full disk: left out, mounting a small disk needs root');
  try {
    chain.start();
    await decide(chain, 0, 3);
    refusedSecondProcess(chain);
    if (root) await fullDisk(chain);
    if (root) await failedWrite(chain);
    await changedFile(chain, 2, '.log', size => Math.floor(size / 3));
    await changedFile(chain, 2, 'MANIFEST', size => Math.floor(size / 2));
    await changedFile(chain, 2, 'CURRENT', () => 3);
    await changedWhileRunning(chain, 2);
    await votesAgain(chain, 2);
  } finally {
    if (root) {
      try { chain.run('chain', 'stop', chain.dir); } finally { execFileSync('umount', ['-l', folder]); }
    }
  }
});
