// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A chain on this machine, driven by the hanse command as a person would drive it.
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { promisify } from "node:util";

const run = promisify(execFile);
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function isFree(port) {
  return new Promise((answer) => {
    const server = createServer();
    server.once("error", () => answer(false));
    server.listen(port, "127.0.0.1", () => server.close(() => answer(true)));
  });
}

// The first of `count` ports in a row that nobody listens on.
async function freePorts(count) {
  for (;;) {
    const first = 10_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(first + i)));
    if (free.every(Boolean)) return first;
  }
}

export class Chain {
  #cpuOfTheDead = 0;

  constructor(hanse, folder, nodeCount) {
    Object.assign(this, { hanse, folder, nodeCount });
  }

  static async create(hanse, folder, nodeCount) {
    const chain = new Chain(hanse, folder, nodeCount);
    const port = await freePorts(4 * nodeCount);
    await run(hanse, ["chain", "new", folder, "--nodes", nodeCount, "--fund-test-accounts", "--p2p-port", port,
      "--rpc-port", port + nodeCount, "--web3-port", port + 2 * nodeCount, "--console-port", port + 3 * nodeCount]);
    return chain;
  }

  start() { return run(this.hanse, ["chain", "start", this.folder]); }
  stop() { return run(this.hanse, ["chain", "stop", this.folder]); }
  remove() { rmSync(this.folder, { recursive: true, force: true }); }

  async status() {
    const { stdout } = await run(this.hanse, ["chain", "status", this.folder, "-o", "json"]);
    return JSON.parse(stdout).nodes;
  }

  async web3Urls() { return (await this.status()).map((node) => `http://127.0.0.1:${node.web3}`); }

  // The node that leads now, or the first of `allowed` that does within two seconds: with a short leader period the
  // leader moves all the time.
  async leaderAmong(allowed) {
    for (let tries = 0; tries < 40; ++tries) {
      const nodes = await this.status();
      const leader = nodes.find((node) => node.running && node.leader !== null)?.leader;
      if (allowed.includes(leader)) return nodes[leader];
      await pause(50);
    }
    throw new Error(`none of the nodes ${allowed} became leader within 2 s`);
  }

  // kill -9; answers when, in milliseconds of performance.now().
  kill(node) {
    this.#cpuOfTheDead += cpuMicroseconds(node.pid);
    process.kill(node.pid, "SIGKILL");
    return performance.now();
  }

  // Of all processes of this chain so far, those that were killed included.
  async cpuMicroseconds() {
    const nodes = await this.status();
    return nodes.reduce((sum, node) => sum + (node.running ? cpuMicroseconds(node.pid) : 0), this.#cpuOfTheDead);
  }

  // Waits until every node runs and tells the same block, hash and state root as the others; answers the nodes.
  async agreement(timeoutMs) {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const nodes = await this.status();
      const heads = new Set(nodes.map((node) => `${node.block_number} ${node.block_hash} ${node.state_root}`));
      if (heads.size === 1 && nodes.every((node) => node.running && node.block_number !== null)) return nodes;
      if (performance.now() > deadline)
        throw new Error(`the nodes do not agree after ${timeoutMs / 1000} s: ${[...heads].join(" | ")}`);
      await pause(50);
    }
  }
}

// User and system time of a process; the kernel counts in hundredths of a second.
function cpuMicroseconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
