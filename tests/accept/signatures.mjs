#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The lanes against libsecp256k1 at length: any and mutated signatures, every verdict, key and text compared.
//   --count 10000000: so many of each
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
const { assert, option, root } = await import('./chain.mjs');

const count = option('count', 10_000_000);
const test = process.env.CRYPTO_TEST ?? join(root, 'build/release/crypto_test');
const began = Date.now();
const { status, stdout } = spawnSync(test, ['--gtest_filter=Lanes*'], { env: { ...process.env, HANSE_SIGNATURES: String(count) }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
assert(status === 0, `the lanes and the library differ:\n${stdout}`);
if (/SKIPPED/.test(stdout)) console.log(stdout.match(/left out:.*/)[0]);
else console.log(`${count} any and ${count} mutated signatures: the same by lanes and by the library, ${Math.round((Date.now() - began) / 1000)} s`);
