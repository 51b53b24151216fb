// SPDX-License-Identifier: Apache-2.0
//
// The canonical request: the text of a request that both sides hash.
// Source: IAM User Guide, "Create a signed AWS API request", step 1; S3 API Reference, "Signature Calculations for
// the Authorization Header: Transferring Payload in a Single Chunk".
//
// All text here is "one character a byte", as Node hands out request targets and header values (latin1): a client
// signs the UTF-8 bytes that it sends, so these bytes, not the characters, are hashed.

import type { WireRequest } from '../http.js';

export type CanonicalStyle = 's3' | 'default';
export type CanonicalParts = Pick<WireRequest, 'method' | 'rawPath' | 'rawQuery' | 'headers'>;

/** Headers and parameters whose value is a secret: they never reach an error, although the sender knows them. */
const secretNames = new Set([
  'x-amz-security-token',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-copy-source-server-side-encryption-customer-key',
  'x-amz-s3session-token',
]);
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

export interface CanonicalOptions {
  readonly style: CanonicalStyle;
  /** Lower-case, sorted. */
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  /** For showing it to somebody: secret values are replaced. */
  readonly redacted?: boolean;
}

export function canonicalRequest(request: CanonicalParts, options: CanonicalOptions): string {
  const { style, signedHeaders, payloadHash, redacted = false } = options;
  const path = style === 's3' ? s3Path(request.rawPath) : doubleEncodedPath(request.rawPath);
  let headerLines = '';
  for (const name of signedHeaders) {
    headerLines += `${name}:${redacted && secretNames.has(name) ? hidden : headerValue(request.headers, name)}\n`;
  }
  const query = canonicalQuery(request.rawQuery, redacted);
  return `${request.method}\n${path}\n${query}\n${headerLines}\n${signedHeaders.join(';')}\n${payloadHash}`;
}

/**
 * S3 keys are any bytes: the path is decoded and encoded once, and never normalised (`a//b` and `a/../b` are keys).
 * A slash that was sent as `%2F` stays that.
 */
function s3Path(rawPath: string): string {
  if (rawPath === '' || unreservedOrSlash.test(rawPath)) return rawPath || '/';
  return rawPath
    .split('/')
    .map((segment) => encodeBytes(decodeBytes(segment), false))
    .join('/');
}

/** Everywhere else: dot segments and empty segments go, then the path as it was sent is encoded once more. */
function doubleEncodedPath(rawPath: string): string {
  if (rawPath === '/' || rawPath === '') return '/';
  const segments: string[] = [];
  for (const segment of rawPath.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const slash = segments.length > 0 && rawPath.endsWith('/') ? '/' : '';
  return encodeBytes(`/${segments.join('/')}${slash}`, true);
}

/**
 * Parameters decoded, encoded AWS's way and sorted by name, then value. X-Amz-Signature signs the others.
 * A `+` is a space, as it is to whoever reads the query afterwards (`parseFormPairs`) and to S3: what is verified must
 * mean what is served, or `prefix=a%2Bb` could be turned into `prefix=a+b` under the same signature.
 */
function canonicalQuery(rawQuery: string, redacted: boolean): string {
  if (rawQuery === '') return '';
  const pairs: [string, string][] = [];
  for (const part of rawQuery.split('&')) {
    if (part === '') continue;
    const eq = part.indexOf('=');
    const name = encodeBytes(decodeQuery(eq < 0 ? part : part.slice(0, eq)), false);
    if (name === 'X-Amz-Signature') continue;
    const value = eq < 0 ? '' : encodeBytes(decodeQuery(part.slice(eq + 1)), false);
    pairs.push([name, redacted && secretNames.has(name.toLowerCase()) ? hidden : value]);
  }
  pairs.sort(byNameThenValue);
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

function byNameThenValue(a: [string, string], b: [string, string]): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1;
}

/** Trimmed, runs of blanks made one. A signed header that is not there counts as empty. */
function headerValue(headers: Readonly<Record<string, string>>, name: string): string {
  const value = (Object.hasOwn(headers, name) ? headers[name] : undefined) ?? '';
  const isPlain =
    !value.includes('  ') && !value.includes('\t') && !value.startsWith(' ') && !value.endsWith(' ');
  return isPlain ? value : value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
}

function decodeQuery(text: string): string {
  return decodeBytes(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

/** Percent-decoding byte by byte; a `%` that starts no escape stands for itself. */
function decodeBytes(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const unreserved = /^[A-Za-z0-9\-._~]*$/;
const unreservedOrSlash = /^[A-Za-z0-9\-._~/]*$/;

/** Percent-encoding of all but AWS's unreserved characters (and, in a path, the slash). */
function encodeBytes(text: string, keepSlash: boolean): string {
  if ((keepSlash ? unreservedOrSlash : unreserved).test(text)) return text;
  return text.replace(keepSlash ? /[^A-Za-z0-9\-._~/]/g : /[^A-Za-z0-9\-._~]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
