#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a careless or hostile client sends to the RPC ports, and a hostile peer to the P2P port: an error or a closed connection,
// no crash, no growth; the chain goes on.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
const { accept, accounts, assert, post, rpc, transfer, until } = await import('./chain.mjs');

const rss = pid => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;

function raw(port, bytes, ms = 3000) {   // resolves when the other side closes, or after ms
  return new Promise(done => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const end = () => { socket.destroy(); done(); };
    socket.on('error', end).on('close', end);
    setTimeout(end, ms);
  });
}

async function refusedOrError(url, body, what) {
  try {
    const { status, text } = await post(url, body, 20_000);
    const replies = status === 200 ? [JSON.parse(text)].flat() : [];
    assert(status >= 400 || replies.every(reply => reply.error), `${what}: answered ${text.slice(0, 200)}`);
  } catch (error) {
    if (!/fetch failed|socket|ECONN|EPIPE|terminated/.test(`${error} ${error.cause}`)) throw error;
  }
}

await accept('abuse', {}, async chain => {
  chain.start();
  const pid = chain.pids()[0];
  const call = (method, ...params) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  await rpc(chain.web3(0), 'eth_blockNumber');
  const before = rss(pid);
  const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
  for (const url of [chain.web3(0), chain.native(0)]) {
    await refusedOrError(url, 'x'.repeat(128 << 20), '128 MB body');
    await refusedOrError(url, deep, 'a million deep JSON');
    await refusedOrError(url, '{"a":'.repeat(1_000_000), 'a million deep open JSON');
    await refusedOrError(url, call('eth_getBalance', deep), 'deep text as an address');
    await refusedOrError(url, `[${Array(100_000).fill('1').join()}]`, 'a batch of 100,000');
    for (const body of ['', '{', 'null', '[]', '"x"', '\0\0\0', call('no_such_method'), call('eth_call'), '{"jsonrpc":"2.0","id":1,"method":5}'])
      await refusedOrError(url, body, JSON.stringify(body));
  }
  for (const hex of ['0xzz', '0x0', 'zz', '0x' + '00'.repeat(3 << 20), '0xc0', '0x02c0', '0x05' + '00'.repeat(40), '0x' + randomBytes(300).toString('hex')]) {
    await refusedOrError(chain.web3(0), call('eth_sendRawTransaction', hex), `transaction ${hex.slice(0, 20)}`);
    await refusedOrError(chain.native(0), call('sendTransaction', 'group0', '', hex, false), `native ${hex.slice(0, 20)}`);
  }
  await refusedOrError(chain.web3(0), call('eth_getBlockByNumber', '0x' + 'f'.repeat(70), false), 'huge number');
  await refusedOrError(chain.web3(0), call('eth_getTransactionByHash', '0x1234'), 'short hash');
  for (let i = 0; i < 20; i++) {
    await raw(chain.ports.p2p, randomBytes(4096), 300);
    await raw(chain.ports.web3, randomBytes(4096), 300);
    await raw(chain.ports.web3, Buffer.from('POST / HTTP/1.1\r\ncontent-length: 99999999999999999999\r\n\r\n'), 300);
  }
  await raw(chain.ports.p2p, Buffer.alloc(64 << 20), 3000);
  const hash = await rpc(chain.web3(1), 'eth_sendRawTransaction', await transfer(accounts[0], 0, accounts[9].address));
  await until('the chain goes on', 5000, async () => (await chain.all(i => rpc(chain.web3(i), 'eth_getTransactionReceipt', hash))).every(Boolean));
  const after = rss(pid);
  console.log(`memory of the abused node: ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after`);
  assert(chain.pids()[0] === pid, 'the node was restarted');
  assert(after < before + 150, 'memory grew');
});
