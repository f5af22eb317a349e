#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Nodes that must not get in: of another authority, with an expired certificate, denied by id, of the authority but no member.
// Each is refused by every node it dials, the chain goes on, and the log says why.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const { Chain, accept, accounts, assert, hanse, rpc, setKey, sleep, transfer, until } = await import('./chain.mjs');

const edit = (file, change) => writeFileSync(file, change(readFileSync(file, 'utf8')));

// A node folder that dials our chain: from a chain of its own, so with its own keys and authority.
async function stranger(chain) {
  const other = await Chain.make({ nodes: 1 });
  const folder = join(other.dir, 'node0');
  const peers = Array.from({ length: chain.count }, (_, i) => `127.0.0.1:${chain.ports.p2p + i}`).join(', ');
  edit(join(folder, 'config.ini'), setKey('peers', peers));
  return { other, folder };
}

// A certificate of the chain's own authority over the stranger's TLS key, valid for `days`.
function certify(chain, folder, days) {
  const conf = join(folder, 'conf'), ca = join(chain.dir, 'ca');
  const run = (...args) => execFileSync('openssl', args, { stdio: 'ignore' });
  cpSync(join(ca, 'ca.crt'), join(conf, 'ca.crt'));
  run('req', '-new', '-key', join(conf, 'tls.key'), '-subj', '/CN=stranger', '-out', join(conf, 'tls.csr'));
  run('x509', '-req', '-in', join(conf, 'tls.csr'), '-CA', join(ca, 'ca.crt'), '-CAkey', join(ca, 'ca.key'), '-days', String(days), '-out', join(conf, 'tls.crt'));
}

async function refused(chain, what, folder, reason) {
  const logs = () => Array.from({ length: chain.count }, (_, i) => readFileSync(join(chain.dir, `node${i}`, 'log/node.log'), 'utf8')).join('');
  const before = logs().length;
  const child = spawn(hanse, ['node', 'run', '--dir', folder], { stdio: 'ignore' });
  const exited = new Promise(done => child.on('exit', done));
  try {
    await Promise.race([until(`${what}: the log says why`, 8000, () => reason.test(logs().slice(before - 1))), exited.then(() => { throw new Error(`${what}: did not even start`); })]);
    await sleep(300);
    assert(chain.status().every(node => node.peers === 3), `${what}: got in`);
  } finally {
    child.kill('SIGKILL');
  }
  console.log(`${what}: refused (${logs().slice(before - 1).match(reason)[0]})`);
}

await accept('intruders', {}, async chain => {
  chain.start();
  const { other, folder } = await stranger(chain);
  try {
    await refused(chain, 'another authority', folder, /[^\n]*(authority|issuer|self-signed|another CA|other CA|unknown CA)[^\n]*/i);
    certify(chain, folder, 365);
    await refused(chain, 'no member of the group', folder, /[^\n]*(member|common group)[^\n]*/i);

    const clock = spawnable('faketime') ? 'faketime' : null;
    if (clock) {
      execFileSync(clock, ['2020-01-01', 'openssl', 'x509', '-req', '-in', join(folder, 'conf/tls.csr'), '-CA', join(chain.dir, 'ca/ca.crt'), '-CAkey', join(chain.dir, 'ca/ca.key'), '-days', '30', '-out', join(folder, 'conf/tls.crt')], { stdio: 'ignore' });
      await refused(chain, 'an expired certificate', folder, /[^\n]*expired[^\n]*/i);
    } else console.log('an expired certificate: left out here, faketime is not to be had (the gateway tests have it)');

    // A member that the others deny by its node id.
    const pid = chain.pids()[3];
    const id = (await rpc(chain.native(3), 'getGroupPeers', 'group0', '')).length && (await rpc(chain.native(3), 'getConsensusStatus', 'group0', ''));
    const denied = JSON.parse(id).nodeID;
    chain.run('chain', 'stop', chain.dir);
    for (let i = 0; i < 3; i++) edit(join(chain.dir, `node${i}`, 'config.ini'), setKey('deny', denied));
    const children = [0, 1, 2].map(i => chain.startNode(i));
    await until('three nodes run', 8000, async () => (await Promise.all([0, 1, 2].map(i => rpc(chain.web3(i), 'eth_blockNumber')))).length === 3);
    const fourth = chain.startNode(3);
    const log = () => readFileSync(join(chain.dir, 'node0/log/node.log'), 'utf8');
    await until('a denied id: the log says why', 8000, () => /denied|deny/i.test(log()));
    const hash = await rpc(chain.web3(0), 'eth_sendRawTransaction', await transfer(accounts[1], 0, accounts[9].address));
    await until('the three go on', 10_000, async () => rpc(chain.web3(2), 'eth_getTransactionReceipt', hash));
    assert(await rpc(chain.web3(3), 'eth_blockNumber') === '0x0', 'a denied id: got in');
    console.log(`a denied id: refused (${log().match(/[^\n]*(denied|deny)[^\n]*/i)[0]})`);
    [...children, fourth].forEach(child => child.unref());
  } finally {
    other.end();
  }
});

function spawnable(program) { try { execFileSync('which', [program], { stdio: 'ignore' }); return true; } catch { return false; } }
