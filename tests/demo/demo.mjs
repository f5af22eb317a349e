// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The first five minutes: a four-process chain, OpenZeppelin's ERC-20, 2,000 transfers through two nodes, the leader
// killed in the middle; at the end all four nodes must tell the same. Exit code 0 only if everything holds.
import { readFileSync } from "node:fs";
import { Contract, ContractFactory, Interface, JsonRpcProvider, Transaction, keccak256 } from "ethers";
import { Chain, accounts, sleep } from "../accept/chain.mjs";
import { longestGapAfter, percentile, sendAll } from "./load.mjs";
import { compileToken } from "./token.mjs";

const NODES = 4;
const ENTRY_NODES = [0, 1];
const MAY_BE_KILLED = [2, 3];            // the leader among them; clients of the entry nodes notice nothing
const ACCOUNTS = 10;
const TRANSFERS = 2000;
const RATE_PER_SECOND = 200;
const FIRST_BALANCE = 1_000_000n;

const say = (text) => console.log(text);
const check = (holds, text) => {
  if (!holds) throw new Error(text);
};

// User and system time of processes; the kernel counts in hundredths of a second.
function cpuMicroseconds(pids) {
  return pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) * 10_000;
  }, 0);
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

// With a short leader period the leader moves all the time: the first of those that may be killed is.
async function killLeaderAndRestart(chain, pids) {
  const leader = await chain.leaderAmong(MAY_BE_KILLED);
  const cpu = cpuMicroseconds([pids[leader]]), at = performance.now();
  process.kill(pids[leader], "SIGKILL");
  say(`  killed node ${leader}, the leader (process ${pids[leader]})`);
  await sleep(1500);
  chain.startNode(leader).unref();
  say(`  started node ${leader} again`);
  return { at, cpu };
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
  chain.start();
  say(`1  ${NODES} nodes run in ${chain.dir}`);
  const urls = await chain.all((i) => chain.web3(i));
  const providers = urls.map((url) => new JsonRpcProvider(url, undefined, { pollingInterval: 50 }));
  const wallets = accounts.slice(0, ACCOUNTS);
  const token = await deploy(providers[0], wallets);
  say(`2  OpenZeppelin's ERC-20 is deployed at ${token.address}`);

  const { signed, balances } = await signTransfers(providers[0], wallets, token);
  say(`3  ${TRANSFERS} transfers of ${ACCOUNTS} accounts go to nodes ${ENTRY_NODES.join(" and ")}, ${RATE_PER_SECOND} a second`);
  const blockBefore = (await chain.agree(10_000)).block_number;
  const pids = chain.pids(), cpuBefore = cpuMicroseconds(pids);
  let killed;
  const load = await sendAll(signed, ENTRY_NODES.map((node) => urls[node]), (i) => (i % ACCOUNTS) % ENTRY_NODES.length,
    RATE_PER_SECOND, async () => { killed = await killLeaderAndRestart(chain, pids); }, 120_000);

  const head = await chain.agree(60_000);
  const cpu = killed.cpu + cpuMicroseconds(chain.pids()) - cpuBefore;
  say(`4  all nodes agree on block ${head.block_number}, hash ${head.block_hash.slice(0, 18)}…, ` +
    `state root ${head.state_root.slice(0, 18)}…`);
  await checkBalances(providers, wallets, token, balances);
  say(`5  ${ACCOUNTS} balances and ${TRANSFERS} transfers are right on each of the ${NODES} nodes\n`);
  for (const provider of providers) provider.destroy();

  const row = (name, value) => say(`   ${name.padEnd(34)}${value}`);
  row("blocks", head.block_number - blockBefore);
  row("transactions a second", (TRANSFERS / load.seconds).toFixed(0));
  row("latency p50 / p99", `${percentile(load.latencies, 0.5).toFixed(1)} / ${percentile(load.latencies, 0.99).toFixed(1)} ms`);
  row("CPU of all nodes a transaction", `${(cpu / TRANSFERS).toFixed(0)} µs`);
  row("longest gap after the leader died", `${longestGapAfter(load.blockTimes, killed.at).toFixed(0)} ms`);
}

const chain = await Chain.make({ nodes: NODES });
const stopAndLeave = (code) => {
  chain.stop();
  if (code === 0) chain.remove();
  else say(`the chain's folder is kept: ${chain.dir}`);
  process.exit(code);
};
process.on("SIGINT", () => stopAndLeave(130));
try {
  await story(chain);
  say("\nEverything holds; the chain is stopped and its folder removed.");
  stopAndLeave(0);
} catch (error) {
  console.error(`\ndemo: ${error.stderr || error.stack}`);
  stopAndLeave(1);
}
