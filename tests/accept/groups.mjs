#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Two groups, one standard and one sm, in the same four processes: their data, keys, pools and metrics are their own, and what
// one decides the other never sees. (That a message of one cannot reach the other is held by the gateway's tests.)
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
const { accept, accounts, assert, rpc, transfer, until } = await import('./chain.mjs');

// A contract that stores one number: PUSH1 0 CALLDATALOAD PUSH1 0 SSTORE STOP, behind five bytes that return it.
const initCode = '0x6006600c60003960066000f3' + '600035600055';

await accept('groups', { args: ['--group', 'group0', '--group', 'group1:sm'] }, async chain => {
  chain.start();
  const number = (node, group) => rpc(chain.native(node), 'getBlockNumber', group, '');
  const file = join(chain.dir, 'contract.hex');
  writeFileSync(file, initCode);
  const deploy = group => chain.json('contract', 'deploy', file, '--from', 'test0', '--rpc', chain.native(0), '--group', group);

  const sm = deploy('group1');
  assert(sm.receipt.status === 0, 'deployment on the sm group');
  await until('group1 decided', 5000, async () => (await chain.all(i => number(i, 'group1'))).every(n => n === 1));
  assert((await chain.all(i => number(i, 'group0'))).every(n => n === 0), 'group0 has seen a block of group1');

  const standard = deploy('group0');
  assert(standard.contract !== sm.contract && standard.receipt.from !== sm.receipt.from, 'one key gave one address in both suites');
  const hash = await rpc(chain.web3(1), 'eth_sendRawTransaction', await transfer(accounts[1], 0, accounts[9].address));
  await until('a web3 transaction is decided', 5000, async () => rpc(chain.web3(2), 'eth_getTransactionReceipt', hash));
  assert((await chain.all(i => number(i, 'group1'))).every(n => n === 1), 'group1 has seen a block of group0');
  assert((await rpc(chain.web3(0), 'eth_getCode', sm.contract, 'latest')) === '0x', 'a contract of group1 stands in group0');

  await chain.all(async i => {
    const transaction = await rpc(chain.native(i), 'getTransaction', 'group0', '', sm.transaction, false).catch(error => error);
    assert(transaction instanceof Error || !transaction, 'group0 knows a transaction of group1');
    const folder = group => join(chain.dir, `node${i}`, 'groups', group);
    assert(readFileSync(join(folder('group0'), 'node.key'), 'utf8') !== readFileSync(join(folder('group1'), 'node.key'), 'utf8'), 'one node key for both');
    assert(readdirSync(join(folder('group0'), 'data')).length && readdirSync(join(folder('group1'), 'data')).length, 'a folder of data each');
    const metrics = await (await fetch(`${chain.console(i)}/metrics`)).text();
    const blocks = group => Number(metrics.match(new RegExp(`hanse_block_number\\{group="${group}"\\} (\\d+)`))[1]);
    assert(blocks('group0') === 2 && blocks('group1') === 1, 'metrics of the groups are mixed');
  });
  const unknown = await rpc(chain.native(0), 'getBlockNumber', 'group2', '').catch(error => error);
  assert(unknown instanceof Error && unknown.code === -32005, 'an unknown group has its error');
  console.log('two groups, two suites, four processes: isolated');
});
