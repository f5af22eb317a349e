// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What readers ask, through each façade: a function of the connection answers what was seen (checker.mjs), or nothing.
import { slotOf } from './checker.mjs';

const value = (what, value, block) => ({ see: 'value', what, value: String(BigInt(value)), block });
const words = output => [BigInt(output.slice(0, 66)), Number(BigInt('0x' + output.slice(66, 130)))];
const counted = (output, block) => {
  const [count, number] = words(output);
  if (block !== undefined && block !== number) throw new Error(`a call at block ${block} ran at block ${number}`);
  return value('count', count, number);
};

export const web3Reads = [
  async connection => ({ see: 'head', block: Number(await connection.ask('eth_blockNumber')) }),
  async (connection, { sink }) => value(`balance ${sink}`, await connection.ask('eth_getBalance', sink, 'latest')),
  async (connection, { sink }) => {             // at a stated block: refused when it is the latest no more
    const block = await connection.ask('eth_blockNumber');
    return value(`balance ${sink}`, await connection.ask('eth_getBalance', sink, block), Number(block));
  },
  async (connection, { account }) => value(`nonce ${account.address.toLowerCase()}`, await connection.ask('eth_getTransactionCount', account.address, 'latest')),
  async (connection, { counter }) => counted(await connection.ask('eth_call', { to: counter, data: '0x' }, 'latest')),
  async (connection, { counter }) => value('count', await connection.ask('eth_getStorageAt', counter, '0x0', 'latest')),
  async (connection, { counter, account }) => {
    const tag = account.index * 1_000_000 + 1 + 2 * Math.floor(Math.random() * 20);
    return value(slotOf(tag), await connection.ask('eth_getStorageAt', counter, '0x' + tag.toString(16), 'latest'));
  },
  async (connection, { hash }) => ({ see: 'receipt', hash, receipt: await connection.ask('eth_getTransactionReceipt', hash) }),
  async (connection, { hash }) => {
    const transaction = await connection.ask('eth_getTransactionByHash', hash);
    return { see: 'transaction', hash, block: transaction?.blockNumber ? Number(transaction.blockNumber) : null };
  },
  async connection => {
    const { number, hash } = await connection.ask('eth_getBlockByNumber', 'latest', false);
    return { see: 'header', latest: true, block: Number(number), hash };
  },
  async connection => {
    const block = Number(await connection.ask('eth_blockNumber')) + Math.floor(Math.random() * 4) - 2;
    if (block < 0) return null;
    return { see: 'header', block, hash: (await connection.ask('eth_getBlockByNumber', '0x' + block.toString(16), false))?.hash ?? null };
  },
];

const kNotFound = 500;
const orNull = promise => promise.catch(error => { if (error.code !== kNotFound) throw error; return null; });

export const nativeReads = [
  async connection => ({ see: 'head', block: await connection.ask('getBlockNumber', 'group0', '') }),
  async (connection, { counter }) => {
    const { blockNumber, output } = await connection.ask('call', 'group0', '', counter, '0x');
    return counted(output, blockNumber);
  },
  async (connection, { hash }) =>
    ({ see: 'receipt', native: true, hash, receipt: await orNull(connection.ask('getTransactionReceipt', 'group0', '', hash, false)) }),
  async connection => {
    const block = await connection.ask('getBlockNumber', 'group0', '');
    return { see: 'header', block, hash: await connection.ask('getBlockHashByNumber', 'group0', '', block) };
  },
];
