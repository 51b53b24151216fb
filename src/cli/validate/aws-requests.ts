// SPDX-License-Identifier: Apache-2.0
import { hash, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { systemClock } from '../../ports/clock.js';
import { canonicalRequest } from '../../wire/sigv4/canonical-request.js';
import { deriveSigningKey, sign } from '../../wire/sigv4/signing-key.js';
import type { HttpAnswer } from './http-answer-reader.js';
import { HttpConnections } from './http-connections.js';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Whom to ask and as whom. Plain data: it is sent to threads. */
export interface AwsConnection {
  /** One address for every service (Cairn, MinIO, …); undefined for AWS itself. */
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** PEM of further certificate authorities. */
  readonly authorities?: string;
  /** False on loopback only: the address came from the server's own data directory. */
  readonly isCertificateChecked: boolean;
}

export interface AwsRequest {
  /** `cairn`: its own API. */
  readonly service: 's3' | 'cloudtrail' | 'cairn';
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly region: string;
  /** Scheme and host. */
  readonly origin: string;
  /** Percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Signed requests without the SDK and without node:http: validating thousands of small files spends its time in the
 * client, and most of that went into agents, streams and events that one GetObject after the other has no use for.
 */
export class AwsRequests {
  readonly #connections: HttpConnections;
  #signer: RequestSigner;

  /** @param socketsMax connections at a time to one host */
  constructor(connection: AwsConnection, socketsMax: number) {
    this.#signer = new RequestSigner(connection.credentials);
    const { authorities, isCertificateChecked } = connection;
    this.#connections = new HttpConnections({ socketsMax, authorities, isCertificateChecked });
  }

  renew(credentials: AwsCredentials): void {
    this.#signer = new RequestSigner(credentials);
  }

  /**
   * For requests that change nothing: one may be sent twice.
   * Rejects with the network's own errors, BrokenAnswerError; AnswerTooLargeError beyond `bytesMax`.
   */
  send(request: AwsRequest, bytesMax: number): Promise<HttpAnswer> {
    const { method, origin, body } = request;
    const query = encodeQuery(request.query);
    const lines = this.#signer.headerLines(request, hostOf(origin), query);
    const head = `${method} ${request.path}${query === '' ? '' : `?${query}`} HTTP/1.1\r\n${lines}`;
    if (body === undefined) return this.#connections.send(origin, { method, bytes: `${head}\r\n`, bytesMax });
    const content = Buffer.from(body);
    const withLength = `${head}content-length: ${content.length}\r\n\r\n`;
    const bytes = Buffer.concat([Buffer.from(withLength, 'latin1'), content]);
    return this.#connections.send(origin, { method, bytes, bytesMax });
  }

  close(): void {
    this.#connections.close();
  }
}

/** Of an origin as URLs spell it, `https://host:port`. */
function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('://') + 3).toLowerCase();
}

/** Signs as one caller. What repeats (the second, the key of the day) is made once. */
class RequestSigner {
  readonly #credentials: AwsCredentials;
  readonly #keys = new Map<string, { readonly scope: string; readonly key: KeyObject }>();
  #secondsMs = Number.NaN;
  #amzDate = '';

  constructor(credentials: AwsCredentials) {
    this.#credentials = credentials;
  }

  /** All headers of the request, each line with its end. */
  headerLines(request: AwsRequest, host: string, rawQuery: string): string {
    const { sessionToken, accessKeyId } = this.#credentials;
    const amzDate = this.#now();
    const payloadHash = request.body === undefined ? emptyHash : hash('sha256', request.body);
    const headers: Record<string, string> = {
      ...request.headers,
      host,
      'x-amz-content-sha256': payloadHash,
      'x-amz-date': amzDate,
    };
    if (sessionToken) headers['x-amz-security-token'] = sessionToken;
    const signedHeaders = request.headers === undefined ? Object.keys(headers) : Object.keys(headers).sort();
    const style = request.service === 's3' ? 's3' : 'default';
    const canonical = canonicalRequest(
      { method: request.method, rawPath: request.path, rawQuery, headers },
      { style, signedHeaders, payloadHash },
    );
    const { scope, key } = this.#keyOf(amzDate.slice(0, 8), request);
    const signature = sign(key, `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${hash('sha256', canonical)}`);
    let lines = `authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}\r\n`;
    for (const name of signedHeaders) lines += `${name}: ${headers[name]}\r\n`;
    return lines;
  }

  #now(): string {
    const nowMs = systemClock.now();
    const secondsMs = nowMs - (nowMs % 1_000);
    if (secondsMs !== this.#secondsMs) {
      this.#secondsMs = secondsMs;
      this.#amzDate = new Date(secondsMs).toISOString().replace(/\.\d+|[-:]/g, '');
    }
    return this.#amzDate;
  }

  #keyOf(date: string, { region, service }: AwsRequest): { scope: string; key: KeyObject } {
    const scope = `${date}/${region}/${service}/aws4_request`;
    let known = this.#keys.get(scope);
    if (known === undefined) {
      const { accessKeyId, secretAccessKey } = this.#credentials;
      known = { scope, key: deriveSigningKey(secretAccessKey, { accessKeyId, date, region, service }) };
      this.#keys.set(scope, known);
    }
    return known;
  }
}

/**
 * A name that a bucket has, or had before the rules of today. Digests name buckets, and anybody may have written one: a
 * name such as `2130706433/` would be another host, and get our session token.
 */
export function isBucketLike(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(name);
}

/** Where a bucket's objects are. */
export interface BucketAddress {
  readonly origin: string;
  /** What goes before the slash of a key's path; names the bucket where the host does not. */
  readonly base: string;
  readonly isInPath: boolean;
}

/** A bucket whose name is no host label gets path-style. Throws for what is no name of a bucket. */
export function bucketAddress(endpoint: string | undefined, region: string, bucket: string): BucketAddress {
  if (!isBucketLike(bucket)) throw new Error('no bucket has such a name');
  if (endpoint !== undefined) {
    const url = new URL(endpoint);
    const base = url.pathname.replace(/\/$/, '');
    if (needsPathStyle(url.hostname) || bucket.includes('.'))
      return { origin: url.origin, base: `${base}/${encodeSegment(bucket)}`, isInPath: true };
    return { origin: `${url.protocol}//${bucket}.${url.host}`, base, isInPath: false };
  }
  const host = `s3.${region}.${awsDomain(region)}`;
  return bucket.includes('.')
    ? { origin: `https://${host}`, base: `/${bucket}`, isInPath: true }
    : { origin: `https://${bucket}.${host}`, base: '', isInPath: false };
}

/** The address of an object; with an empty key, of the bucket. */
export function pathIn(
  { origin, base, isInPath }: BucketAddress,
  key: string,
): { origin: string; path: string } {
  return { origin, path: key === '' && isInPath ? base : `${base}/${encodePath(key)}` };
}

/** Source: AWS General Reference, "AWS service endpoints". */
export function awsDomain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

/** `bucket.127.0.0.1` is no host, and `bucket.localhost` is one only to some resolvers. */
function needsPathStyle(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 || host === 'localhost' || !host.includes('.');
}

/** As signatures spell it: encodeURIComponent leaves `!'()*` alone. */
function encodeSegment(text: string): string {
  if (isPlain(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function isPlain(text: string): boolean {
  return /^[A-Za-z0-9\-._~]*$/.test(text);
}

function encodePath(key: string): string {
  if (/^[A-Za-z0-9\-._~/]*$/.test(key)) return key;
  return key.split('/').map(encodeSegment).join('/');
}

function encodeQuery(query: Readonly<Record<string, string>> = {}): string {
  return Object.entries(query)
    .map(([name, value]) => `${encodeSegment(name)}=${encodeSegment(value)}`)
    .join('&');
}

const emptyHash = hash('sha256', '');
