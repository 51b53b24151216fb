// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac } from 'node:crypto';
import { root } from './cairn-process.js';

/**
 * Signature Version 4 written from its description (IAM User Guide, "Create a signed AWS API request"), sharing no
 * line with the server's verifier.
 */
export interface RequestToSign {
  readonly service: string;
  readonly method?: string;
  /** Percent-encoded, with the query string, whose pairs are in order. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly timeMs?: number;
}

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

export function signed(host: string, request: RequestToSign): SignedRequest {
  const { service, method = 'POST', path = '/', region = 'us-east-1' } = request;
  const { accessKeyId = root.accessKeyId, secretAccessKey = root.secretAccessKey } = request;
  const body = Buffer.from(request.body ?? '');
  const amzDate = new Date(request.timeMs ?? Date.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  const bodyHash = sha256(body);
  const headers: Record<string, string> = {
    host,
    'x-amz-date': amzDate,
    'x-amz-content-sha256': bodyHash,
    ...lowerCased(request.headers ?? {}),
  };
  const payloadHash = headers['x-amz-content-sha256'] ?? bodyHash;
  const names = Object.keys(headers).sort();
  const [pathname = '/', query = ''] = path.split('?');
  // Every service but S3 signs a path that is encoded once more.
  const canonicalPath = service === 's3' ? pathname : pathname.split('/').map(encodeURIComponent).join('/');
  const canonical = [
    method,
    canonicalPath,
    query
      .split('&')
      .map((pair) => (pair === '' || pair.includes('=') ? pair : `${pair}=`))
      .join('&'),
    ...names.map((name) => `${name}:${headers[name]?.trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n');
  const scope = `${amzDate.slice(0, 8)}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { method, path, body, headers: { ...headers, authorization } };
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
