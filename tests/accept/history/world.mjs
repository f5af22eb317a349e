// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Nodes and their clients, each pair in a network namespace of its own, joined by the switch; and the faults. Namespaces,
// switch and clients live as long as the program, a chain for one run.
import { execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hanse, setKey, until } from '../chain.mjs';
import { matrixOf } from './faults.mjs';

const here = name => fileURLToPath(new URL(name, import.meta.url));
const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

export function canMakeNetworks() {
  if (process.getuid() !== 0) return false;
  try { ip('-V'); accessSync('/dev/net/tun', constants.R_OK | constants.W_OK); execFileSync('python3', ['-V'], { stdio: 'ignore' }); return true; } catch { return false; }
}

// A program that answers orders over its channel.
class Clients {
  constructor(namespace, node) {
    this.waiting = new Map();
    this.process = spawn('ip', ['netns', 'exec', namespace, process.execPath, here('worker.mjs'), String(node)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.process.on('message', ({ id, error, ...answer }) => {
      const [done, failed] = this.waiting.get(id);
      this.waiting.delete(id);
      error ? failed(new Error(error)) : done(answer);
    });
  }
  order(order, rest = {}) {
    const id = this.sent = (this.sent ?? 0) + 1;
    return new Promise((done, failed) => { this.waiting.set(id, [done, failed]); this.process.send({ id, order, ...rest }); });
  }
}

export class World {
  static async make(count, seed) {
    const world = new World();
    world.namespaces = Array.from({ length: count }, (_, i) => `hanse-${process.pid}-${i}`);
    world.namespaces.forEach(name => ip('netns', 'add', name));
    world.switch = spawn('python3', [here('switch.py'), String(seed), ...world.namespaces], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((done, failed) => { world.switch.stdout.once('data', done); world.switch.once('exit', () => failed(new Error('the switch did not start'))); });
    world.clients = world.namespaces.map((name, node) => new Clients(name, node));
    return world;
  }
  end() {
    this.killAll();
    this.clients?.forEach(({ process }) => process.kill('SIGKILL'));
    this.switch?.kill('SIGKILL');
    this.namespaces.forEach(name => { try { ip('netns', 'del', name); } catch { /* it was never made */ } });
  }

  // The nodes of a chain find each other over the switch, and their clients on the loopback of their namespace.
  begin(chain) {
    Object.assign(this, { chain, nodes: [], ended: [] });
    const p2p = i => `10.77.0.${i + 1}:${chain.ports.p2p + i}`;
    for (let i = 0; i < chain.count; i++) {
      const file = join(chain.dir, `node${i}`, 'config.ini');
      const peers = Array.from({ length: chain.count }, (_, j) => j).filter(j => j !== i).map(p2p).join(', ');
      writeFileSync(file, setKey('listen_host', `10.77.0.${i + 1}`)(setKey('peers', peers)(readFileSync(file, 'utf8'))));
      this.startNode(i);
    }
  }
  startNode(i) {
    const node = spawn('ip', ['netns', 'exec', this.namespaces[i], hanse, 'node', 'run', '--dir', join(this.chain.dir, `node${i}`)], { stdio: 'ignore' });
    node.gone = new Promise(done => node.once('exit', (code, signal) => {
      if (signal !== 'SIGKILL') this.ended.push(`node ${i} ended by itself: ${signal ?? `exit code ${code}`}`);
      done();
    }));
    this.nodes[i] = node;
  }
  killAll() { this.nodes?.forEach(node => node.kill('SIGKILL')); }
  ports(i) { return { web3: this.chain.ports.web3 + i, rpc: this.chain.ports.rpc + i }; }
  all(call) { return Promise.all(this.clients.map((clients, i) => call(clients, this.ports(i), i))); }
  async answering(ms) {
    await until('every node answers', ms, () => this.all((clients, ports) => clients.order('ask', { port: ports.web3, method: 'eth_blockNumber', params: [] })));
  }

  setLinks(active) { this.switch.stdin.write(JSON.stringify(matrixOf(active, this.nodes.length)) + '\n'); }

  async suffer(plan, ms) {
    const began = performance.now(), active = new Set(), events = [];
    for (const fault of plan) events.push({ at: fault.at, do: () => this.strike(fault, active) }, { at: fault.until, do: () => this.mend(fault, active) });
    for (const event of [...events.sort((a, b) => a.at - b.at), { at: ms, do: () => {} }]) {
      const wait = began + event.at - performance.now();
      if (wait > 0) await new Promise(done => setTimeout(done, wait));
      await event.do();
    }
  }
  strike(fault, active) {
    active.add(fault);
    if (fault.link) this.setLinks([...active]);
    fault.pause?.forEach(i => this.nodes[i].kill('SIGSTOP'));
    fault.kill?.forEach(i => this.nodes[i].kill('SIGKILL'));
  }
  async mend(fault, active) {
    active.delete(fault);
    if (fault.link) return this.setLinks([...active]);
    const still = (what, i) => [...active].some(other => other[what]?.includes(i));   // by another fault
    fault.pause?.filter(i => !still('pause', i)).forEach(i => this.nodes[i].kill('SIGCONT'));
    await Promise.all((fault.kill ?? []).filter(i => !still('kill', i)).map(async i => {
      await this.nodes[i].gone;
      this.startNode(i);
      if (still('pause', i)) this.nodes[i].kill('SIGSTOP');
    }));
  }
}
