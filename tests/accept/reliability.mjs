#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The long proof, on all cores, as one table: seeds of every kind, seeds in which sealers misbehave and every field of every
// message is changed, whole hosts, and every planted bug. Fails when an invariant broke, a planted bug was not caught, a
// situation was not reached or a field was never changed. Its figures stand in docs/RELIABILITY.md.
//   --seeds 950000 --from 1 --byzantine 100000 --whole 50000
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sim = process.env.HANSE_SIM ?? `${root}build/release/hanse-sim`;
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const from = option('from', 1);
const rows = [];
let failed = false;

function row(what, runs, good, note) {
  failed ||= !good;
  rows.push([what, runs, good ? 'holds' : 'FAILS', note]);
  console.log(rows.at(-1).join('  '));
}

function seeds(what, count, ...args) {
  if (count === 0) return;
  const run = spawnSync(sim, [...args, '--seeds', count, '--from', from, '-o', 'json'].map(String), { encoding: 'utf8', maxBuffer: 1 << 26 });
  let report;
  try { report = JSON.parse(run.stdout); } catch { return row(what, `${count} seeds from ${from}`, false, (run.stdout + run.stderr).trim().slice(-400)); }
  const missed = [...(report.probes_not_reached ?? []), ...(report.fields_not_mutated ?? [])];
  const changed = Object.values(report.mutations ?? {}).flatMap(Object.values).reduce((sum, one) => sum + one.signature_kept + one.signed_again, 0);
  const note = report.violation ? `${report.violation.invariant}: ${report.violation.text}; ${report.violation.replay}`
    : [report.blocks && `${report.blocks} blocks`, report.cpu_seconds && `${Math.round(report.seeds / report.cpu_seconds)} seeds a second and core`, changed && `${changed} fields changed`,
      run.status !== 0 && missed.length > 0 && `missed: ${missed.join(', ')}`].filter(Boolean).join(', ');
  row(what, `${report.seeds} seeds from ${from}`, run.status === 0, note);
}

function plants(what, ...args) {
  const names = spawnSync(sim, [...args, '--plants'], { encoding: 'utf8' }).stdout.trim().split('\n').map(line => line.split(' ')[0]).filter(Boolean);
  const missed = names.filter(name => spawnSync(sim, [...args, '--plant', name], { stdio: 'ignore' }).status !== 0);
  row(what, `${names.length} bugs`, names.length > 0 && missed.length === 0, missed.length ? `not caught: ${missed.join(', ')}` : 'all caught, each within its minute');
}

seeds('everything', option('seeds', 950_000), '--all-probes');
seeds('twins and changed fields', option('byzantine', 100_000), '--byzantine-only', '--all-probes');
seeds('whole hosts', option('whole', 50_000), '--whole');
plants('planted in the cores and their host');
plants('planted in whole hosts', '--whole');

const widths = [0, 1, 2].map(i => Math.max(...rows.map(one => one[i].length)));
console.log(`\n${rows.map(one => `| ${one.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`).join('\n')}`);
console.log(failed ? 'reliability: does not hold' : 'reliability: holds');
process.exit(failed ? 1 : 0);
