// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The first five minutes: a four-process chain, OpenZeppelin's ERC-20, 2,000 transfers through two nodes, the leader
// killed in the middle; at the end all four nodes must tell the same. Exit code 0 only if everything holds.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Contract, ContractFactory, HDNodeWallet, Interface, JsonRpcProvider, Transaction, keccak256 } from "ethers";
import { Chain, pause } from "./chain.mjs";
import { longestGapAfter, percentile, sendAll } from "./load.mjs";
import { compileToken } from "./token.mjs";

const NODES = 4;
const ENTRY_NODES = [0, 1];
const MAY_BE_KILLED = [2, 3];            // the leader among them; clients of the entry nodes notice nothing
const ACCOUNTS = 10;
const TRANSFERS = 2000;
const RATE_PER_SECOND = 200;
const FIRST_BALANCE = 1_000_000n;
const MNEMONIC = "test test test test test test test test test test test junk";

const say = (text) => console.log(text);
const check = (holds, text) => {
  if (!holds) throw new Error(text);
};

function testAccounts() {
  return Array.from({ length: ACCOUNTS }, (_, i) => HDNodeWallet.fromPhrase(MNEMONIC, "", `m/44'/60'/0'/0/${i}`));
}

async function deploy(provider, wallets) {
  const { abi, bytecode } = compileToken();
  const factory = new ContractFactory(abi, bytecode, wallets[0].connect(provider));
  const token = await factory.deploy(wallets.map((wallet) => wallet.address), FIRST_BALANCE);
  await token.waitForDeployment();
  check(await token.symbol() === "DEMO", "the deployed contract does not answer symbol()");
  return { abi, address: await token.getAddress() };
}

// Transfer i goes from account i mod 10 to another one; balances are what the token must hold when all were run. Legacy
// and EIP-1559 transactions in turn.
async function signTransfers(provider, wallets, token) {
  const { chainId } = await provider.getNetwork();
  const nonces = await Promise.all(wallets.map((wallet) => provider.getTransactionCount(wallet.address)));
  const balances = wallets.map(() => FIRST_BALANCE);
  const encoder = new Interface(token.abi);
  const signed = [];
  for (let i = 0; i < TRANSFERS; ++i) {
    const from = i % ACCOUNTS;
    const to = (from + 1 + (Math.floor(i / ACCOUNTS) % (ACCOUNTS - 1))) % ACCOUNTS;
    const amount = BigInt(1 + (i % 97));
    balances[from] -= amount;
    balances[to] += amount;
    const tx = Transaction.from({
      chainId, to: token.address, nonce: nonces[from]++, gasLimit: 100_000,
      data: encoder.encodeFunctionData("transfer", [wallets[to].address, amount]),
      ...(i % 2 === 0 ? { type: 0, gasPrice: 0 } : { type: 2, maxFeePerGas: 0, maxPriorityFeePerGas: 0 }),
    });
    tx.signature = wallets[from].signingKey.sign(tx.unsignedHash);
    signed.push({ raw: tx.serialized, hash: keccak256(tx.serialized) });
  }
  return { signed, balances };
}

async function killLeaderAndRestart(chain) {
  const leader = await chain.leaderAmong(MAY_BE_KILLED);
  const at = chain.kill(leader);
  say(`  killed node ${leader.index}, the leader (process ${leader.pid})`);
  await pause(1500);
  await chain.start();
  say(`  started node ${leader.index} again`);
  return at;
}

async function checkBalances(providers, wallets, token, balances) {
  for (const [node, provider] of providers.entries()) {
    const contract = new Contract(token.address, token.abi, provider);
    const found = await Promise.all(wallets.map((wallet) => contract.balanceOf(wallet.address)));
    for (const [i, balance] of found.entries())
      check(balance === balances[i], `node ${node}: account ${i} holds ${balance}, not ${balances[i]}`);
    const events = await contract.queryFilter("Transfer");
    check(events.length === TRANSFERS + ACCOUNTS, `node ${node}: ${events.length} Transfer events`);
  }
}

async function story(chain) {
  await chain.start();
  say(`1  ${NODES} nodes run in ${chain.folder}`);
  const urls = await chain.web3Urls();
  const providers = urls.map((url) => new JsonRpcProvider(url, undefined, { pollingInterval: 50 }));
  const wallets = testAccounts();
  const token = await deploy(providers[0], wallets);
  say(`2  OpenZeppelin's ERC-20 is deployed at ${token.address}`);

  const { signed, balances } = await signTransfers(providers[0], wallets, token);
  say(`3  ${TRANSFERS} transfers of ${ACCOUNTS} accounts go to nodes ${ENTRY_NODES.join(" and ")}, ${RATE_PER_SECOND} a second`);
  const blockBefore = (await chain.agreement(10_000))[0].block_number;
  const cpuBefore = await chain.cpuMicroseconds();
  let killedAt = 0;
  const load = await sendAll(signed, ENTRY_NODES.map((node) => urls[node]), (i) => (i % ACCOUNTS) % ENTRY_NODES.length,
    RATE_PER_SECOND, async () => { killedAt = await killLeaderAndRestart(chain); }, 120_000);

  const nodes = await chain.agreement(60_000);
  const cpu = await chain.cpuMicroseconds() - cpuBefore;
  say(`4  all nodes agree on block ${nodes[0].block_number}, hash ${nodes[0].block_hash.slice(0, 18)}…, ` +
    `state root ${nodes[0].state_root.slice(0, 18)}…`);
  await checkBalances(providers, wallets, token, balances);
  say(`5  ${ACCOUNTS} balances and ${TRANSFERS} transfers are right on each of the ${NODES} nodes\n`);
  for (const provider of providers) provider.destroy();

  const row = (name, value) => say(`   ${name.padEnd(34)}${value}`);
  row("blocks", nodes[0].block_number - blockBefore);
  row("transactions a second", (TRANSFERS / load.seconds).toFixed(0));
  row("latency p50 / p99", `${percentile(load.latencies, 0.5).toFixed(1)} / ${percentile(load.latencies, 0.99).toFixed(1)} ms`);
  row("CPU of all nodes a transaction", `${(cpu / TRANSFERS).toFixed(0)} µs`);
  row("longest gap after the leader died", `${longestGapAfter(load.blockTimes, killedAt).toFixed(0)} ms`);
}

const hanse = process.env.HANSE ?? fileURLToPath(new URL("../../build/release/hanse", import.meta.url));
const chain = await Chain.create(hanse, mkdtempSync(join(tmpdir(), "hanse-demo-")), NODES);
const stopAndLeave = async (code) => {
  await chain.stop();
  if (code === 0) chain.remove();
  else say(`the chain's folder is kept: ${chain.folder}`);
  process.exit(code);
};
process.on("SIGINT", () => stopAndLeave(130));
try {
  await story(chain);
  say("\nEverything holds; the chain is stopped and its folder removed.");
  await stopAndLeave(0);
} catch (error) {
  console.error(`\ndemo: ${error.stderr || error.stack}`);
  await stopAndLeave(1);
}
