// SPDX-License-Identifier: Apache-2.0
import { lookup as dnsLookup } from 'node:dns';
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isAllowedAddress } from './allowed-address.js';
import { answerBytesMax, answerMsMax } from './limits.js';

export interface Post {
  /** `http://…` or `https://…`; a user name may stand in it. */
  readonly url: string;
  readonly password: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  /** No answer; the words hold nothing of the address or the message. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** The address is one that we never send to. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Called off by the signal. */
  | { readonly kind: 'aborted' };

const refusedCode = 'CAIRN_ADDRESS_REFUSED';
const refusedReason = 'the address is one that notices are never sent to';

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host not found',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
};

/** Sends one POST. Never rejects; redirects are not followed, the answer's body is not kept. */
export function postNotice(post: Post, signal: AbortSignal, msMax = answerMsMax): Promise<PostOutcome> {
  const url = new URL(post.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isAllowedAddress(host))
    return Promise.resolve({ kind: 'refused', reason: refusedReason });
  return new Promise((resolve) => {
    const overdue = AbortSignal.timeout(msMax);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    let request: ClientRequest;
    try {
      request = send(url, optionsOf(post, url, AbortSignal.any([signal, overdue])));
    } catch {
      // A header or a path that HTTP cannot carry.
      resolve({ kind: 'refused', reason: 'the endpoint cannot be sent to' });
      return;
    }
    request.on('response', (answer) => {
      drain(answer);
      resolve({ kind: 'answered', status: answer.statusCode ?? 0 });
    });
    request.on('error', (error) => resolve(outcomeOf(error, signal, overdue)));
    request.end(post.body);
  });
}

function optionsOf({ headers, body, password }: Post, url: URL, signal: AbortSignal): RequestOptions {
  const isKnown = url.username !== '' || password !== undefined;
  return {
    method: 'POST',
    // One connection for each: a subscriber that went away is noticed, and none is kept open for nothing.
    agent: false,
    lookup: allowedLookup,
    signal,
    headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
    ...(isKnown ? { auth: `${decodeURIComponent(url.username)}:${password ?? ''}` } : {}),
  };
}

/** Looks the name up, and gives no address that is not allowed, so that no name can be made to mean one. */
const allowedLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0);
    const allowed = addresses.filter(({ address }) => isAllowedAddress(address));
    const [first] = allowed;
    if (first === undefined)
      return callback(Object.assign(new Error(refusedReason), { code: refusedCode }), '', 0);
    if (options.all === true) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};

function drain(answer: IncomingMessage): void {
  let bytes = 0;
  answer.on('error', () => {});
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > answerBytesMax) answer.destroy();
  });
}

function outcomeOf(error: Error, signal: AbortSignal, overdue: AbortSignal): PostOutcome {
  if (signal.aborted) return { kind: 'aborted' };
  if (overdue.aborted) return { kind: 'failed', reason: 'no answer in time' };
  const { code } = error as NodeJS.ErrnoException;
  if (code === refusedCode) return { kind: 'refused', reason: refusedReason };
  return { kind: 'failed', reason: reasons[code ?? ''] ?? `connection failed (${code ?? 'unknown'})` };
}
