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
        if (!isLocal(request)) return text(403, 'metrics answer to loopback only\n');
        return text(200, await this.#deps.metrics.text(), this.#deps.metrics.registry.contentType);
      default:
        return undefined;
    }
  }
}

/**
 * Asked from this machine, and by nobody in between: behind a proxy on this machine that nobody told us to trust, every
 * stranger would come from loopback.
 */
function isLocal({ sourceIp, headers }: WireRequest): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  return sourceIp === '::1' || sourceIp.startsWith('127.');
}

function text(status: number, body: string, contentType = 'text/plain; charset=utf-8'): WireResponse {
  return {
    status,
    headers: { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) },
    body,
  };
}
