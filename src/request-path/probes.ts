// SPDX-License-Identifier: Apache-2.0
import type { Metrics } from '../http/metrics.js';
import type { WireRequest, WireResponse } from '../wire/http.js';

export interface ProbesDependencies {
  readonly metrics: Metrics;
  /** Why the server cannot do its work now; undefined when it can. */
  readonly unreadyReason: () => string | undefined;
}

/** `/healthz` (the process answers), `/readyz` (it can record), `/metrics` (loopback only). Unsigned, read-only. */
export class Probes {
  readonly #deps: ProbesDependencies;

  constructor(deps: ProbesDependencies) {
    this.#deps = deps;
  }

  /** Undefined for what is no probe. */
  async answer(request: WireRequest): Promise<WireResponse | undefined> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    switch (request.rawPath) {
      case '/healthz':
        return text(200, 'ok\n');
      case '/readyz': {
        const reason = this.#deps.unreadyReason();
        return reason === undefined ? text(200, 'ready\n') : text(503, `${reason}\n`);
      }
      case '/metrics':
        // Counts of calls by operation tell a stranger what is going on here.
        if (!isLoopback(request.sourceIp)) return text(403, 'metrics answer to loopback only\n');
        return text(200, await this.#deps.metrics.text(), this.#deps.metrics.registry.contentType);
      default:
        return undefined;
    }
  }
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function text(status: number, body: string, contentType = 'text/plain; charset=utf-8'): WireResponse {
  return {
    status,
    headers: { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) },
    body,
  };
}
