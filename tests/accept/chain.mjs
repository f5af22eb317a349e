// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A chain of real processes for the acceptance runs and the demo: made and driven with the hanse command, talked to over JSON-RPC.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const hanse = process.env.HANSE ?? join(root, 'build/release/hanse');
const demo = join(root, 'tests/demo');
if (!existsSync(join(demo, 'node_modules'))) execFileSync('npm', ['ci', '--silent', '--no-audit', '--no-fund'], { cwd: demo, stdio: 'inherit' });
export const { ethers } = createRequire(join(demo, 'package.json'))('ethers');

export const sleep = ms => new Promise(done => setTimeout(done, ms));
export const now = () => performance.now();

export async function until(what, ms, condition) {
  const end = now() + ms;
  for (;;) {
    let last;
    try { if (await condition()) return; } catch (error) { last = error; }
    if (now() > end) throw new Error(`not within ${ms} ms: ${what}${last ? ` (${last.message})` : ''}`);
    await sleep(20);
  }
}

export async function post(url, body, ms = 5000) {
  const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: AbortSignal.timeout(ms) });
  return { status: reply.status, text: await reply.text() };
}

let id = 0;
export async function rpc(url, method, ...params) {
  const reply = JSON.parse((await post(url, JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }))).text);
  if (reply.error) throw Object.assign(new Error(`${method}: ${reply.error.message}`), reply.error);
  return reply.result;
}

// Neighbouring ports that nobody listens on, from `from` on; below 32768, where outgoing connections begin.
async function freePorts(from, count) {
  const free = port => new Promise(done => {
    const server = createServer().once('error', () => done(false)).once('listening', () => server.close(() => done(true)));
    server.listen(port, '127.0.0.1');
  });
  for (let base = from + Math.floor(Math.random() * 200) * 16; ; base += 16) {
    const all = await Promise.all(Array.from({ length: count }, (_, i) => free(base + i)));
    if (all.every(Boolean)) return base;
  }
}

export class Chain {
  static async make({ nodes = 4, args = [] } = {}) {
    const chain = new Chain();
    chain.dir = join(mkdtempSync(join(tmpdir(), 'hanse-')), 'chain');
    chain.count = nodes;
    chain.ports = { p2p: await freePorts(25000, nodes), rpc: await freePorts(20500, nodes), web3: await freePorts(10000, nodes), console: await freePorts(15000, nodes) };
    chain.run('chain', 'new', chain.dir, '--nodes', String(nodes), '--fund-test-accounts',
      ...Object.entries(chain.ports).flatMap(([name, port]) => [`--${name}-port`, String(port)]), ...args);
    return chain;
  }
  run(...args) { return execFileSync(hanse, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }); }
  json(...args) { return JSON.parse(this.run(...args, '-o', 'json')); }
  start() { this.run('chain', 'start', this.dir); }
  status() { return this.json('chain', 'status', this.dir).nodes; }
  pids() { return this.status().map(node => node.pid); }
  web3(i) { return `http://127.0.0.1:${this.ports.web3 + i}`; }
  native(i) { return `http://127.0.0.1:${this.ports.rpc + i}`; }
  console(i) { return `http://127.0.0.1:${this.ports.console + i}`; }
  all(call) { return Promise.all(Array.from({ length: this.count }, (_, i) => call(i))); }
  // One node as a child of this program, so that it can be started alone.
  // What it writes past its log goes where `chain start` puts it.
  startNode(i) {
    mkdirSync(join(this.dir, `node${i}/log`), { recursive: true });
    const output = openSync(join(this.dir, `node${i}/log/node.out`), 'w');
    try {
      return spawn(hanse, ['node', 'run', '--dir', join(this.dir, `node${i}`)], { stdio: ['ignore', output, output], detached: true });
    } finally { closeSync(output); }
  }

  lastLines(i, count = 12) {
    const tail = name => {
      try { return readFileSync(join(this.dir, `node${i}/log`, name), 'utf8').trimEnd().split('\n').slice(-count).join('\n'); } catch (error) { return error.message; }
    };
    return `${tail('node.log')}\n${tail('node.out')}`;
  }

  // The same block hash and state root on every node at the highest number that all have.
  async agree(ms = 10_000) {
    let seen;
    await until('all nodes agree', ms, async () => {
      seen = this.status();
      return new Set(seen.map(node => `${node.block_number} ${node.block_hash} ${node.state_root}`)).size === 1 && seen[0].block_hash;
    });
    return seen[0];
  }
  // The first of the nodes `allowed` that leads within two seconds.
  async leaderAmong(allowed) {
    let leader;
    await until(`one of the nodes ${allowed} leads`, 2000, async () => {
      leader = JSON.parse(await rpc(this.native(0), 'getConsensusStatus', 'group0', '')).leaderIndex;
      return allowed.includes(leader);
    });
    return leader;
  }
  stop() { this.run('chain', 'stop', this.dir); }
  remove() { rmSync(join(this.dir, '..'), { recursive: true, force: true }); }
  end() { try { this.stop(); } finally { this.remove(); } }
}

// A change of a configuration's text: the first line of that key.
export const setKey = (key, value) => text => text.replace(new RegExp(`^${key} = .*$`, 'm'), `${key} = ${value}`);

// Runs an acceptance: prints what it measured, ends with exit code 1 when something did not hold, stops the chain always.
export async function accept(name, options, body) {
  const chain = await Chain.make(options);
  process.on('SIGINT', () => { chain.end(); process.exit(130); });
  try {
    await body(chain);
    console.log(`${name}: holds`);
  } catch (error) {
    console.log(`${name}: FAILED: ${error.stack}`);
    for (let i = 0; i < chain.count; i++) console.log(`--- node${i}\n${chain.lastLines(i)}`);
    process.exitCode = 1;
  } finally {
    chain.end();
  }
}

export function assert(condition, text) { if (!condition) throw new Error(text); }
export const option = (name, fallback) => { const at = process.argv.indexOf(`--${name}`); return at < 0 ? fallback : typeof fallback === 'string' ? process.argv[at + 1] : Number(process.argv[at + 1]); };

// The funded accounts: the well-known test mnemonic.
export const accounts = Array.from({ length: 10 }, (_, i) =>
  ethers.HDNodeWallet.fromPhrase('test test test test test test test test test test test junk', '', `m/44'/60'/0'/0/${i}`));

export function transfer(account, nonce, to, value = 1n) {
  return account.signTransaction({ type: 2, chainId: 20200, nonce, to, value, gasLimit: 21000, maxFeePerGas: 0, maxPriorityFeePerGas: 0 });
}
