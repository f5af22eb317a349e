// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The contract that the histories are about. Called with a word, the tag of an operation: adds one to slot 0 and to the slot
// of the tag, and logs (tag: new count). Called with nothing: answers (count, block number).
import { ethers } from '../chain.mjs';

const runtime = [
  '36', '6013', '57',                                        // data? go to 0x13
  '600054', '600052', '43', '602052', '60406000f3',          // return (sload 0, number)
  '5b', '600054', '600101', '80', '600055', '600052',        // slot 0 + 1, also to memory
  '600035', '80', '54', '600101', '81', '55',                // slot of the tag + 1
  '60206000a1', '00',                                        // log1(memory, tag)
].join('');
export const initCode = '0x' + '60' + (runtime.length / 2).toString(16).padStart(2, '0') + '80600b6000396000f3' + runtime;

export const tagged = tag => '0x' + BigInt(tag).toString(16).padStart(64, '0');
export const counterOf = deployer => ethers.getCreateAddress({ from: deployer, nonce: 0 });
