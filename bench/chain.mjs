#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The chain beside what it is compared with, in one run and in turn: the four-node chain (transfers, ERC-20), what its
// signatures alone would cost, CometBFT with four validators (unsigned key-value pairs), and one node beside one anvil.
// Prints a table of medians with the lowest and highest of all rounds; everything listens on loopback only.
//   --rounds 5 --txs 20000 --seconds 8      what a peer needs and is not there (go, ../shared/yardsticks) is left out
import { execFileSync, spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chain, option, root } from '../tests/accept/chain.mjs';
import { bytesWritten, peakRssMiB, summary, table, total } from './figures.mjs';

const rounds = option('rounds', 5), txs = option('txs', 20_000), seconds = option('seconds', 8);
const yardsticks = process.env.HANSE_YARDSTICKS ?? join(root, '../shared/yardsticks');
const folder = join(root, 'build/bench');
const kCometBft = 'github.com/cometbft/cometbft/cmd/cometbft@v0.38.17';
mkdirSync(folder, { recursive: true });

const results = new Map();   // what → figures of each round
function note(what, figures) {
  if (!results.has(what)) results.set(what, []);
  results.get(what).push(figures);
  console.error(`${what}: ${JSON.stringify(figures)}`);
}

async function hanse(what, nodes, workload, ...args) {
  const chain = await Chain.make({ nodes });
  try {
    chain.start();
    const pids = chain.pids(), urls = pids.map((_, i) => chain.web3(i)).join(',');
    const before = total(pids, bytesWritten);
    const report = chain.json('bench', workload, '--rpc', urls, '--pids', pids.join(','), ...args);
    await chain.agree();
    note(what, {
      cpu: report.cpu_us_per_tx, rate: report.tps, p50: report.latency_ms.p50, p99: report.latency_ms.p99,
      written: (total(pids, bytesWritten) - before) / report.committed / nodes, rss: Math.max(...pids.map(peakRssMiB)),
      generator: report.generator_cpu_us_per_tx,
    });
  } finally { chain.end(); }
}

function signatures() {
  const run = execFileSync(join(root, 'build/release/bench_crypto'), ['--benchmark_filter=^recover_signer/standard$', '--benchmark_format=json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const us = JSON.parse(run).benchmarks[0].cpu_time / 1000;
  note('signatures alone, four nodes', { cpu: 4 * us, rate: cpus().length * 1e6 / (4 * us) });
}

function cometbft() {
  const bin = join(folder, 'bin');
  if (!existsSync(yardsticks) || spawnSync('go', ['version']).status !== 0) return false;
  if (!existsSync(join(bin, 'bftload'))) {
    execFileSync('go', ['install', kCometBft], { env: { ...process.env, GOBIN: bin }, stdio: 'inherit' });
    execFileSync('go', ['build', '-o', join(bin, 'bftload'), '.'], { cwd: join(yardsticks, 'cometbft/loader'), stdio: 'inherit' });
  }
  const run = (what, rate, connections, batch) => {
    const report = JSON.parse(execFileSync('bash', [join(yardsticks, 'cometbft/run'), 'bench', 'fast', String(seconds), String(rate), '250', 'broadcast_tx_sync', String(connections), String(batch)],
      { env: { ...process.env, BIN: bin }, encoding: 'utf8' }));
    note(what, { cpu: report.cpu_us_per_tx_all4, rate: report.committed_per_s_over_commit_span, p50: report.latency_ms.p50, p99: report.latency_ms.p99, written: report.write_bytes_per_tx_per_node, rss: report.max_rss_mib });
  };
  run('CometBFT ×4, unsigned', 0, 2, 10);
  run('CometBFT ×4, 100 tx/s', 100, 1, 1);
  return true;
}

function anvil() {
  // The program itself, not npm's script that starts it: its CPU time is what is measured.
  const bin = ['amd64', 'arm64'].map(cpu => join(root, `bench/node_modules/@foundry-rs/anvil-linux-${cpu}/bin/anvil`)).find(existsSync);
  if (!existsSync(yardsticks) || !bin) return false;
  const report = JSON.parse(execFileSync('node', [join(yardsticks, 'anvil/anvil.mjs'), bin, '8000'], { cwd: join(root, 'bench'), encoding: 'utf8' }));
  note('anvil, one node, in memory', { cpu: report.cpu_us_per_tx, rate: report.tx_per_s });
  return true;
}

for (let round = 0; round < rounds; ++round) {
  await hanse('Hanse ×4, transfers', 4, 'transfer', '--txs', String(txs));
  const peer = cometbft();
  await hanse('Hanse ×4, ERC-20', 4, 'erc20', '--txs', String(txs));
  signatures();
  await hanse('Hanse ×4, 100 tx/s', 4, 'transfer', '--rate', '100', '--txs', String(100 * seconds));
  const other = anvil();
  await hanse('Hanse ×1, transfers', 1, 'transfer', '--txs', String(txs));
  if (round === 0 && !peer) console.error('CometBFT is left out: it takes go and ../shared/yardsticks');
  if (round === 0 && !other) console.error('anvil is left out: it takes ../shared/yardsticks');
}

const columns = { cpu: ['CPU µs/tx', 0], rate: ['tx/s', 0], p50: ['p50 ms', 1], p99: ['p99 ms', 1], written: ['bytes written/tx·node', 0], rss: ['RSS MiB', 0], generator: ['generator µs/tx', 0] };
const ratio = (a, b, key) => results.has(a) && results.has(b)
  ? summary(results.get(a).map((figures, i) => figures[key] / results.get(b)[i]?.[key]), 2) : '';
const rows = [...results].map(([what, all]) => [what, ...Object.entries(columns).map(([key, [, digits]]) => summary(all.map(one => one[key]), digits))]);
const ratios = [
  ['tx/s of ERC-20 ÷ what signatures alone would allow', 'Hanse ×4, ERC-20', 'signatures alone, four nodes', 'rate'],
  ['CPU of ERC-20 ÷ what signatures alone cost', 'Hanse ×4, ERC-20', 'signatures alone, four nodes', 'cpu'],
  ['tx/s of transfers ÷ CometBFT', 'Hanse ×4, transfers', 'CometBFT ×4, unsigned', 'rate'],
  ['p50 at 100 tx/s ÷ CometBFT', 'Hanse ×4, 100 tx/s', 'CometBFT ×4, 100 tx/s', 'p50'],
  ['tx/s of one node ÷ anvil', 'Hanse ×1, transfers', 'anvil, one node, in memory', 'rate'],
  ['CPU of anvil ÷ one node', 'anvil, one node, in memory', 'Hanse ×1, transfers', 'cpu'],
].map(([title, a, b, key]) => [title, ratio(a, b, key)]).filter(([, text]) => text !== '');
const report = `${table(['', ...Object.values(columns).map(([title]) => title)], rows)}\n\n${table(['ratio, round by round', 'median (lowest–highest)'], ratios)}`;
writeFileSync(join(folder, 'chain.json'), JSON.stringify({ at: new Date().toISOString(), load: loadavg(), results: Object.fromEntries(results) }, null, 1));
console.log(report);
