// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openFilesystemObjectStore } from '../../../adapters/object-store/filesystem/open-filesystem-object-store.js';
import { type BucketDocument, bucketKey } from '../../../buckets/bucket.js';
import type { Principal } from '../../../identity/principal.js';
import { ManualClock } from '../../../ports/clock.js';
import { testStoreKey } from '../../../ports/contract/object-store-under-test.js';
import type { ObjectStore } from '../../../ports/object-store.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Service } from '../../service.js';
import { decidedCall, type FakeCallOptions, MemoryCallState, testAccountId } from '../../testing/call.js';
import { s3Model } from '../model.js';
import { createS3Service } from '../s3-service.js';
import { FakeDataKeys } from './fake-data-keys.js';

export const stranger: Principal = { kind: 'root', accountId: '444455556666', accessKeyId: 'AKIDSTRANGER' };
export const anonymous: Principal = { kind: 'anonymous' };
export const cloudTrailService: Principal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };

/** An answer whose members a test looks at by name. */
export type Answer = Readonly<Record<string, unknown>>;

/** The S3 service on the real object store in a temporary folder. */
export interface S3Scene {
  readonly clock: ManualClock;
  readonly store: ObjectStore;
  readonly state: MemoryCallState;
  readonly service: Service;
  readonly dataKeys: FakeDataKeys;
  /** The call that was made last. */
  lastCall(): Call;
  run(operation: string, input: object, options?: FakeCallOptions): Promise<Answer>;
  /** Passes when the operation fails with the code; gives the error. */
  refuse(code: string, operation: string, input: object, options?: FakeCallOptions): Promise<WireError>;
  makeBucket(name: string, change?: Partial<BucketDocument>): Promise<void>;
  put(bucket: string, key: string, body?: string | Uint8Array, more?: object): Promise<Answer>;
  read(bucket: string, key: string, more?: object): Promise<string>;
  close(): Promise<void>;
}

export async function openScene(): Promise<S3Scene> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-s3-'));
  const clock = new ManualClock(Date.UTC(2026, 10, 21, 10, 0, 0));
  const store = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
  const state = new MemoryCallState();
  const dataKeys = new FakeDataKeys(['alias/aws/s3', 'my-key', 'alias/mine']);
  let ids = 0;
  const service = createS3Service({
    objectStore: store,
    dataKeys,
    clock,
    randomId: () => `id-${++ids}`,
    model: s3Model,
  });
  let last: Call | undefined;

  async function run(operation: string, input: object, options: FakeCallOptions = {}): Promise<Answer> {
    const handler = service.handlers[operation];
    assert.ok(handler, `${operation} has a handler`);
    last = decidedCall(service, { state, receivedAtMs: clock.now(), ...options });
    try {
      return ((await handler(input, last)) ?? {}) as Answer;
    } catch (error) {
      throw service.translateError?.(error) ?? error;
    }
  }

  return {
    clock,
    store,
    state,
    service,
    dataKeys,
    run,
    lastCall: () => last as Call,
    async refuse(code, operation, input, options) {
      const error: unknown = await run(operation, input, options).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof WireError, `${operation} should fail with ${code}, got ${String(error)}`);
      assert.equal(error.code, code, error.message);
      return error;
    },
    async makeBucket(name, change) {
      await run('CreateBucket', { Bucket: name });
      const document = state.get<BucketDocument>(bucketKey(name));
      if (change !== undefined)
        state.put(bucketKey(name), { ...document, accountId: testAccountId, ...change });
    },
    put: (bucket, key, body = '', more = {}) =>
      run('PutObject', { Bucket: bucket, Key: key, Body: Readable.from([Buffer.from(body)]), ...more }),
    async read(bucket, key, more = {}) {
      const { Body: body } = await run('GetObject', { Bucket: bucket, Key: key, ...more });
      return textOf(body);
    },
    async close() {
      await store.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export async function textOf(body: unknown): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  assert.ok(body instanceof Readable);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}
