// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What goes wrong in one run, drawn from its seed: faults that overlap as they fall. A link fault is a change of the matrix
// of directions, [loss, delay ms, jitter ms] from node to node; the others are signals to a process.
export function generator(seed) {       // mulberry32
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
  return { next, below: count => Math.floor(next() * count), between: (low, high) => low + next() * (high - low) };
}

function shuffled(random, count) {
  const list = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) { const j = random.below(i + 1); [list[i], list[j]] = [list[j], list[i]]; }
  return list;
}

// Some nodes, mostly one; sometimes all.
function someOf(random, count) { return shuffled(random, count).slice(0, [1, 1, 1, 2, 2, count][random.below(6)]); }

// Each answers { name, and either link(from, to) → [loss, delay, jitter] or nothing, or the nodes that get a signal }.
const kinds = {
  partition(random, count) {
    const order = shuffled(random, count), cut = 1 + random.below(count - 1), side = new Set(order.slice(0, cut));
    return { name: `partition ${[...side]}|${order.slice(cut)}`, link: (a, b) => side.has(a) !== side.has(b) && [1, 0, 0] };
  },
  oneWay(random, count) {
    const node = random.below(count), deaf = random.below(2) === 0;
    return { name: `node ${node} ${deaf ? 'hears' : 'says'} nothing`, link: (a, b) => (deaf ? b : a) === node && [1, 0, 0] };
  },
  bridge(random, count) {               // two halves that meet in one node only
    const [middle, ...rest] = shuffled(random, count), side = new Set(rest.slice(0, rest.length >> 1));
    return { name: `bridge over ${middle}`, link: (a, b) => a !== middle && b !== middle && side.has(a) !== side.has(b) && [1, 0, 0] };
  },
  loss(random) {
    const share = random.between(0.01, 0.2);
    return { name: `loss ${share.toFixed(2)}`, link: () => [share, 0, 0] };
  },
  delay(random) {
    const delay = random.between(5, 150), jitter = random.between(0, 80);
    return { name: `delay ${delay.toFixed(0)}+${jitter.toFixed(0)} ms`, link: () => [0, delay, jitter] };
  },
  slowNode(random, count) {
    const node = random.below(count), delay = random.between(100, 500);
    return { name: `node ${node} slow by ${delay.toFixed(0)} ms`, link: (a, b) => (a === node || b === node) && [0, delay, delay / 4] };
  },
  pause: (random, count) => { const nodes = someOf(random, count); return { name: `pause ${nodes}`, pause: nodes }; },
  kill: (random, count) => { const nodes = someOf(random, count); return { name: `kill ${nodes}`, kill: nodes }; },
};

// → [{ at, until, …a fault }] in the order of their beginnings, ms from the start.
export function planOf(seed, count, ms) {
  const random = generator(seed), names = Object.keys(kinds), plan = [];
  for (let at = random.between(0, 300); at < ms; at += random.between(100, 800)) {
    const fault = kinds[names[random.below(names.length)]](random, count);
    plan.push({ at, until: Math.min(ms, at + random.between(200, 1800)), ...fault });
  }
  return plan;
}

export function matrixOf(active, count) {
  return Array.from({ length: count }, (_, from) => Array.from({ length: count }, (_, to) =>
    active.reduce((sum, fault) => {
      const [loss, delay, jitter] = fault.link?.(from, to) || [0, 0, 0];
      return [Math.max(sum[0], loss), sum[1] + delay, sum[2] + jitter];
    }, [0, 0, 0])));
}
