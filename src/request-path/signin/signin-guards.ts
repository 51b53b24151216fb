// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';
import { invalidInput, SigninError } from '../../signin/signin-error.js';
import { readBody } from '../../wire/body/read-body.js';
import type { WireRequest } from '../../wire/http.js';

/** No request of signing in is larger. */
const bodyBytesMax = 8 * 1024;

/** Where the server is, as the client reached it. */
export interface Place {
  /** Without a slash at its end. */
  readonly base: string;
  readonly origin: string;
  readonly isSecure: boolean;
}

/**
 * The server's own address: the public one, or where it needs none, an address by number or `localhost`. A name that
 * somebody else may own is none of them: a page of his could make its own name mean this server (DNS rebinding).
 * Throws SigninError.
 */
export function placeOf(
  { headers, tls }: Pick<WireRequest, 'headers' | 'tls'>,
  publicUrl: string | undefined,
): Place {
  const host = headers.host ?? '';
  const shown = publicUrl === undefined ? undefined : new URL(publicUrl);
  if (publicUrl !== undefined && shown !== undefined && urlOf(shown.protocol, host)?.host === shown.host)
    return { base: publicUrl, origin: shown.origin, isSecure: shown.protocol === 'https:' };
  const own = urlOf(tls === undefined ? 'http:' : 'https:', host);
  if (own === undefined || !isOwnName(own.hostname)) throw wrongHost();
  return { base: own.origin, origin: own.origin, isSecure: tls !== undefined };
}

function urlOf(protocol: string, host: string): URL | undefined {
  const address = `${protocol}//${host}`;
  return /^[A-Za-z0-9.\-_[\]:]{1,255}$/.test(host) && URL.canParse(address) ? new URL(address) : undefined;
}

function isOwnName(hostname: string): boolean {
  return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

function wrongHost(): SigninError {
  const message = 'Sign in at the address of this server; CAIRN_PUBLIC_URL names it where it has a name.';
  return new SigninError('WrongHost', 403, message);
}

/**
 * A browser says from where a request comes; one that another site causes is refused. What is no browser says nothing.
 * Throws SigninError.
 */
export function verifySameSite({ headers }: Pick<WireRequest, 'headers'>, { origin }: Place): void {
  const site = headers['sec-fetch-site'];
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isForeign || (headers.origin !== undefined && headers.origin !== origin))
    throw new SigninError('CrossSiteRequest', 403, 'The request comes from another site.');
}

/** A JSON object. Forms of other sites cannot send that type without asking first. Throws SigninError, BodyFailure. */
export async function readJson(request: WireRequest): Promise<Readonly<Record<string, unknown>>> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new SigninError('UnsupportedMediaType', 415, 'The body must be application/json.');
  const { bytes } = await readBody(request, { bytesMax: bodyBytesMax });
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's message would quote the body, and with it a password.
    throw invalidInput('the body is not JSON');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw invalidInput('the body is no JSON object');
  return document as Readonly<Record<string, unknown>>;
}
