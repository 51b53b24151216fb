// SPDX-License-Identifier: Apache-2.0
// Stands between a client and a server over HTTP and lets things go wrong as a test says.
import { createServer, request as httpRequest } from 'node:http';
import { freePort } from './harness.mjs';

export class FaultProxy {
  /**
   * What happens to a request: undefined passes it on, `{ status, body }` answers in the server's place, `{ delayMs }`
   * passes it on late, 'answer lost' passes it on and breaks the connection in place of the answer.
   * @type {(request: { method: string, path: string }) => undefined | 'answer lost' | { status?: number, body?: string, delayMs?: number }}
   */
  fault = () => undefined;
  requests = 0;

  /** @param {number} port of the server behind, on 127.0.0.1 */
  constructor(port) {
    this.port = port;
  }

  async start(port) {
    const chosen = port ?? (await freePort());
    this.server = createServer((request, response) => void this.#handle(request, response));
    await new Promise((resolve, reject) => {
      this.server.once('error', reject).listen(chosen, '127.0.0.1', resolve);
    });
    return chosen;
  }

  /** Connections are refused from now on; `start` with the same port ends that. */
  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #handle(request, response) {
    this.requests += 1;
    const fault = this.fault({ method: request.method, path: request.url });
    if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault?.status !== undefined) {
      request.resume();
      response.writeHead(fault.status, { 'content-type': 'application/xml' });
      response.end(request.method === 'HEAD' ? '' : (fault.body ?? ''));
      return;
    }
    const { method, url: path, headers } = request;
    const behind = httpRequest({ host: '127.0.0.1', port: this.port, method, path, headers });
    behind.on('error', () => response.destroy());
    behind.on('response', (answer) => {
      if (fault === 'answer lost') {
        answer.resume();
        answer.on('end', () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    request.on('error', () => behind.destroy());
    request.pipe(behind);
  }
}

export function s3Error(status, code) {
  return {
    status,
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  };
}
