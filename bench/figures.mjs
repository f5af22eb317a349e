// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What the benchmarks of whole chains share: figures of a process, medians with their spread, tables.
import { readFileSync } from 'node:fs';

const status = (pid, key) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${key}:\\s+(\\d+)`, 'm'))[1]);
export const rssMiB = pid => status(pid, 'VmRSS') / 1024;
export const peakRssMiB = pid => status(pid, 'VmHWM') / 1024;
export const bytesWritten = pid => Number(readFileSync(`/proc/${pid}/io`, 'utf8').match(/^write_bytes: (\d+)/m)[1]);
export const total = (pids, of) => pids.reduce((sum, pid) => sum + of(pid), 0);

export function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
export function summary(values, digits) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return '';
  const text = median(sorted).toFixed(digits);
  return sorted.length === 1 ? text : `${text} (${sorted[0].toFixed(digits)}–${sorted.at(-1).toFixed(digits)})`;
}
export const table = (titles, rows) => [titles, titles.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
