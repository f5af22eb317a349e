// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// One keep-alive connection of one client to its node, one request at a time.
import { Agent, request } from 'node:http';

export const clock = () => Number(process.hrtime.bigint() / 1000n) / 1000;   // ms, the same in every process of this machine

export class Connection {
  constructor(name, port) {
    Object.assign(this, { name, port, agent: new Agent({ keepAlive: true, maxSockets: 1 }), id: 0 });
  }
  post(body, ms) {
    return new Promise((done, failed) => {
      const lost = error => failed(Object.assign(error, { lost: true }));
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const asking = request({ host: '127.0.0.1', port: this.port, method: 'POST', agent: this.agent, headers, timeout: ms }, reply => {
        const parts = [];
        reply.on('data', part => parts.push(part)).on('end', () => done(Buffer.concat(parts).toString())).on('error', lost);
      });
      asking.on('timeout', () => asking.destroy(new Error(`no answer within ${ms} ms`))).on('error', lost).end(body);
    });
  }
  // Throws { code } for an error that the node answered, { lost } when there was no answer.
  async ask(method, ...params) {
    const { result, error } = JSON.parse(await this.post(JSON.stringify({ jsonrpc: '2.0', id: ++this.id, method, params }), 2500));
    if (error) throw Object.assign(new Error(`${method}: ${error.message}`), { code: error.code });
    return result;
  }
  async batch(calls) {
    const replies = JSON.parse(await this.post(JSON.stringify(calls.map(([method, ...params], id) => ({ jsonrpc: '2.0', id, method, params }))), 20_000));
    return replies.map(({ result, error }) => { if (error) throw new Error(error.message); return result; });
  }
}
