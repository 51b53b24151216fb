// SPDX-License-Identifier: Apache-2.0
import { createHash, type KeyObject } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { systemClock } from '../../ports/clock.js';
import { canonicalRequest } from '../../wire/sigv4/canonical-request.js';
import { deriveSigningKey, sign } from '../../wire/sigv4/signing-key.js';

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
  readonly service: 's3' | 'cloudtrail';
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

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The answer is larger than was allowed. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/** A connection that says nothing for so long is dead. */
const silenceMsMax = 60_000;

/**
 * Signed requests without the SDK: validating 4,000 small files spends its time in the client, and the SDK's takes ten
 * times as long for a GetObject as the request itself.
 */
export class AwsRequests {
  readonly #agents: { http: HttpAgent; https: HttpsAgent };
  readonly #signingKeys = new Map<string, KeyObject>();
  #credentials: AwsCredentials;

  /** @param socketsMax connections at a time to one host */
  constructor(connection: AwsConnection, socketsMax: number) {
    this.#credentials = connection.credentials;
    const options = { keepAlive: true, maxSockets: socketsMax };
    this.#agents = {
      http: new HttpAgent(options),
      https: new HttpsAgent({
        ...options,
        rejectUnauthorized: connection.isCertificateChecked,
        ...(connection.authorities === undefined ? {} : { ca: connection.authorities }),
      }),
    };
  }

  renew(credentials: AwsCredentials): void {
    this.#credentials = credentials;
    this.#signingKeys.clear();
  }

  /** Rejects with the network's own errors; AnswerTooLargeError beyond `bytesMax`. */
  send(request: AwsRequest, bytesMax: number): Promise<AwsAnswer> {
    const url = new URL(request.origin);
    const query = encodeQuery(request.query ?? {});
    const headers = this.#signed(request, url.host, query);
    const isSecure = url.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const sent = (isSecure ? httpsRequest : httpRequest)(
        {
          host: url.hostname.replace(/^\[|\]$/g, ''),
          port: url.port === '' ? (isSecure ? 443 : 80) : url.port,
          method: request.method,
          path: query === '' ? request.path : `${request.path}?${query}`,
          headers,
          agent: isSecure ? this.#agents.https : this.#agents.http,
          timeout: silenceMsMax,
        },
        (response) => collect(response, bytesMax, resolve, reject),
      );
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', reject);
      sent.end(request.body);
    });
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #signed(request: AwsRequest, host: string, rawQuery: string): Record<string, string> {
    const { sessionToken, accessKeyId } = this.#credentials;
    const iso = new Date(systemClock.now()).toISOString();
    const date = `${iso.slice(0, 10).replaceAll('-', '')}`;
    const amzDate = `${date}T${iso.slice(11, 19).replaceAll(':', '')}Z`;
    const payloadHash = request.body === undefined ? emptyHash : sha256(request.body);
    const headers: Record<string, string> = {
      host,
      'x-amz-content-sha256': payloadHash,
      'x-amz-date': amzDate,
      ...(sessionToken ? { 'x-amz-security-token': sessionToken } : {}),
      ...request.headers,
    };
    const signedHeaders = Object.keys(headers).sort();
    const style = request.service === 's3' ? 's3' : 'default';
    const canonical = canonicalRequest(
      { method: request.method, rawPath: request.path, rawQuery, headers },
      { style, signedHeaders, payloadHash },
    );
    const scope = `${date}/${request.region}/${request.service}/aws4_request`;
    const text = `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${sha256(canonical)}`;
    const signature = sign(this.#keyOf(date, request), text);
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
    return headers;
  }

  #keyOf(date: string, { region, service }: AwsRequest): KeyObject {
    const name = `${date}/${region}/${service}`;
    let key = this.#signingKeys.get(name);
    if (key === undefined) {
      const { accessKeyId, secretAccessKey } = this.#credentials;
      key = deriveSigningKey(secretAccessKey, { accessKeyId, date, region, service });
      this.#signingKeys.set(name, key);
    }
    return key;
  }
}

function collect(
  response: IncomingMessage,
  bytesMax: number,
  resolve: (answer: AwsAnswer) => void,
  reject: (error: Error) => void,
): void {
  const pieces: Buffer[] = [];
  let length = 0;
  response.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length > bytesMax) response.destroy(new AnswerTooLargeError(`more than ${bytesMax} bytes`));
    else pieces.push(piece);
  });
  response.on('error', reject);
  response.on('aborted', () => reject(new Error('the connection broke')));
  response.on('end', () => {
    const body = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    resolve({ status: response.statusCode ?? 0, headers: response.headers as Record<string, string>, body });
  });
}

/**
 * A name that a bucket has, or had before the rules of today. Digests name buckets, and anybody may have written one: a
 * name such as `2130706433/` would be another host, and get our session token.
 */
export function isBucketLike(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(name);
}

/**
 * Where a bucket's objects are, and the path of one of them. A bucket whose name is no host label gets path-style.
 * Throws for what is no name of a bucket.
 */
export function objectAddress(
  { endpoint }: Pick<AwsConnection, 'endpoint'>,
  region: string,
  bucket: string,
  key: string,
): { origin: string; path: string } {
  if (!isBucketLike(bucket)) throw new Error('no bucket has such a name');
  const path = `/${key.split('/').map(encodeSegment).join('/')}`;
  if (endpoint !== undefined) {
    const url = new URL(endpoint);
    const base = url.pathname.replace(/\/$/, '');
    if (needsPathStyle(url.hostname) || bucket.includes('.'))
      return { origin: url.origin, path: `${base}/${encodeSegment(bucket)}${key === '' ? '' : path}` };
    return { origin: `${url.protocol}//${bucket}.${url.host}`, path: `${base}${path}` };
  }
  const host = `s3.${region}.${awsDomain(region)}`;
  return bucket.includes('.')
    ? { origin: `https://${host}`, path: `/${bucket}${key === '' ? '' : path}` }
    : { origin: `https://${bucket}.${host}`, path };
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
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function encodeQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encodeSegment(name)}=${encodeSegment(value)}`)
    .join('&');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const emptyHash = sha256('');
