// SPDX-License-Identifier: Apache-2.0

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { patienceMs } from '../testing/until.js';

/** What one POST of SNS brought. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly document: Readonly<Record<string, string>>;
}

/** An HTTP endpoint that keeps what it gets and answers what it is told to. */
export class Subscriber {
  readonly received: Received[] = [];
  /** HTTP status of the next answers. */
  status = 200;
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      if (this.status === 200) this.received.push({ headers: request.headers, body, document: parsed(body) });
      response.statusCode = this.status;
      response.end();
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/notices`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** The first message of a type, waited for. */
  async message(type: string, msMax = patienceMs): Promise<Received> {
    for (const deadline = Date.now() + msMax; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const found = this.received.find(({ headers }) => headers['x-amz-sns-message-type'] === type);
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`no ${type} came`);
    }
  }
}

function parsed(body: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(body) as Record<string, string>;
  } catch {
    return {};
  }
}
