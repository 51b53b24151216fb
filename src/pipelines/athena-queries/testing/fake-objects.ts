// SPDX-License-Identifier: Apache-2.0
import { type CallerObjects, ObjectRefusedError } from '../../../query/jobs/caller-objects.js';

/** Buckets in memory: what they were asked for is counted. Paths are `bucket/key`. */
export class FakeObjects implements CallerObjects {
  readonly bytes = new Map<string, string>();
  /** When an object was put, in milliseconds. */
  readonly modified = new Map<string, number>();
  readonly kms = new Set<string>();
  readonly denied = new Set<string>();
  reads = 0;
  /** Prefixes, one for each page. */
  readonly listed: string[] = [];
  pageMax = 1_000;

  list: CallerObjects['list'] = async (_, bucket, prefix, after = '') => {
    this.listed.push(prefix);
    if (this.denied.has(bucket)) throw new ObjectRefusedError('AccessDenied', 'not yours');
    const all = [...this.bytes]
      .map(([path, text]) => ({ path, key: path.slice(bucket.length + 1), size: text.length }))
      .filter(({ path, key }) => path.startsWith(`${bucket}/${prefix}`) && key > after)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const objects = all.slice(0, this.pageMax).map(({ path, key, size }) => {
      const modifiedAtMs = this.modified.get(path);
      return { key, size, etag: String(size), ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }) };
    });
    const next = all.length > this.pageMax ? objects.at(-1)?.key : undefined;
    return next === undefined ? { objects } : { objects, next };
  };
  get: CallerObjects['get'] = async (_, bucket, key, etag) => {
    this.reads += 1;
    const path = `${bucket}/${key}`;
    const text = this.bytes.get(path);
    if (this.denied.has(path)) throw new ObjectRefusedError('AccessDenied', 'not yours');
    if (text === undefined || String(text.length) !== etag)
      throw new ObjectRefusedError('PreconditionFailed', 'another');
    return { body: Buffer.from(text), etag, isKmsEncrypted: this.kms.has(path) };
  };
  put: CallerObjects['put'] = async () => {};
}
