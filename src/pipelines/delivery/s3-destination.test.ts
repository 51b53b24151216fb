// SPDX-License-Identifier: Apache-2.0
// Oracle: a small S3 of the test's own, driven by the AWS SDK's client; what it holds, and how often it was stored there.
// What CloudTrail sends: CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail" (bucket-owner-full-control).
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type DataKeys, KeyError } from '../../keys/data-keys.js';
import { silentLog } from '../../ports/operator-log.js';
import type { LogFileUpload, UploadOutcome } from './log-destination.js';
import { s3Destination } from './s3-destination.js';
import { type S3Endpoint, type S3Endpoints, s3Endpoints } from './s3-endpoints.js';
import { S3Failure, toS3Failure } from './s3-failure.js';
import { errorBody, FakeS3, type S3Fault } from './testing/fake-s3.js';

const secretAccessKey = 'a-secret-that-nobody-may-read';
const key = 'p/AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/a file+name.json.gz';
const address = `theirs/${key}`;

let s3: FakeS3;
let url: string;
let endpoints: S3Endpoints;
const signal = new AbortController().signal;

before(async () => {
  s3 = new FakeS3();
  url = await s3.start();
});
after(() => s3.stop());
beforeEach(() => {
  s3.objects.clear();
  s3.puts.clear();
  s3.methods.length = 0;
  s3.buckets.clear();
  s3.buckets.add('theirs');
  s3.fault = () => undefined;
  s3.knowsConditions = true;
  s3.tellsChecksums = true;
  endpoints = at(url);
});

function at(endpoint: string, facts: Partial<S3Endpoint> = {}): S3Endpoints {
  const settings: S3Endpoint = {
    endpoint,
    region: 'eu-west-1',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey,
    forcePathStyle: true,
    bucket: 'theirs',
    serverSideEncryption: 'AES256',
    acl: 'bucket-owner-full-control',
    ...facts,
  };
  return s3Endpoints({ byBucket: new Map([['trail-logs', settings]]) }, '111122223333');
}

function fileOf(bytes: Buffer, facts: Partial<LogFileUpload> = {}): LogFileUpload {
  return {
    trailArn: 'arn:aws:cloudtrail:us-east-1:111122223333:trail/main',
    accountId: '111122223333',
    bucket: 'trail-logs',
    prefix: 'p',
    key,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    open: async function* () {
      for (let from = 0; from < bytes.length; from += 70_000) yield bytes.subarray(from, from + 70_000);
    },
    ...facts,
  };
}

function put(upload: LogFileUpload, dataKeys?: DataKeys): Promise<UploadOutcome> {
  return s3Destination({ ...endpoints, log: silentLog, ...(dataKeys && { dataKeys }) }).put(upload, signal);
}

/** The code of the failure that a put ends with. */
async function failureOf(upload: LogFileUpload): Promise<string> {
  const error = await put(upload).then(
    (outcome) => assert.fail(`it came to ${JSON.stringify(outcome)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof S3Failure)) throw error;
  assert.ok(!JSON.stringify({ ...error, text: error.stack }).includes(secretAccessKey));
  return error.code;
}

const bytes = randomBytes(300_000);

describe('a put', () => {
  test('stores the bytes as CloudTrail does, signed and checked by their hash', async () => {
    const upload = fileOf(bytes, { metadata: { signature: 'abc', 'signature-algorithm': 'SHA256withRSA' } });
    assert.deepEqual(await put(upload), { kind: 'stored' });
    const { bytes: stored, headers } = s3.objects.get(address) ?? assert.fail('nothing stored');
    assert.ok(stored.equals(bytes));
    const expected = {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'x-amz-acl': 'bucket-owner-full-control',
      'x-amz-server-side-encryption': 'AES256',
      'if-none-match': '*',
      'x-amz-content-sha256': upload.sha256,
      'x-amz-checksum-sha256': Buffer.from(upload.sha256, 'hex').toString('base64'),
      'x-amz-meta-signature': 'abc',
      'x-amz-meta-signature-algorithm': 'SHA256withRSA',
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(headers[name], value, name);
    assert.match(
      String(headers.authorization),
      /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/.*eu-west-1\/s3/,
    );
  });

  test('sends neither ACL nor encryption to a store that knows none', async () => {
    endpoints = at(url, { acl: 'none', serverSideEncryption: 'none' });
    await put(fileOf(bytes));
    const { headers } = s3.objects.get(address) ?? assert.fail('nothing stored');
    assert.deepEqual([headers['x-amz-acl'], headers['x-amz-server-side-encryption']], [undefined, undefined]);
  });

  test('of bytes that are not those that were written stores nothing', async () => {
    const upload = fileOf(bytes, { sha256: '00'.repeat(32) });
    await assert.rejects(put(upload));
    assert.equal(s3.objects.size, 0);
  });
});

describe('a key that is taken', () => {
  for (const [tellsChecksums, knowsConditions] of [
    [true, true],
    [false, true],
    [true, false],
    [false, false],
  ] as const) {
    const store = `a store ${tellsChecksums ? 'with' : 'without'} checksums, ${knowsConditions ? 'with' : 'without'} conditions`;
    test(`is compared and left as it is: ${store}`, async () => {
      Object.assign(s3, { tellsChecksums, knowsConditions });
      const upload = fileOf(bytes);
      assert.deepEqual(await put(upload), { kind: 'stored' });
      assert.deepEqual(await put(upload), { kind: 'exists', sha256: upload.sha256 });
      const others = fileOf(randomBytes(bytes.length));
      assert.deepEqual(await put(others), { kind: 'exists', sha256: upload.sha256 }, 'same size');
      assert.deepEqual(await put(fileOf(randomBytes(9))), { kind: 'exists', sha256: '' }, 'another size');
      assert.ok(s3.objects.get(address)?.bytes.equals(bytes));
      assert.equal(s3.puts.get(address), 1);
    });

    test(`by a put whose answer was lost, is found again: ${store}`, async () => {
      Object.assign(s3, { tellsChecksums, knowsConditions });
      s3.fault = (method) => (method === 'PUT' ? 'answer lost' : undefined);
      const upload = fileOf(bytes);
      await failureOf(upload);
      s3.fault = () => undefined;
      assert.deepEqual(await put(upload), { kind: 'exists', sha256: upload.sha256 });
      assert.equal(s3.puts.get(address), 1);
    });
  }

  test('between the look-up and the put', async () => {
    const upload = fileOf(bytes);
    let isFirst = true;
    s3.fault = (method) => {
      if (method !== 'HEAD' || !isFirst) return undefined;
      isFirst = false;
      s3.objects.set(address, { bytes, headers: {} });
      return { status: 404 };
    };
    assert.deepEqual(await put(upload), { kind: 'exists', sha256: upload.sha256 });
    assert.deepEqual(s3.methods, ['HEAD', 'PUT', 'HEAD']);
  });

  test('and may not be read: nothing is claimed', async () => {
    await put(fileOf(bytes));
    s3.fault = (method) => (method === 'PUT' ? undefined : { status: 403 });
    assert.equal(await failureOf(fileOf(bytes)), 'AccessDenied');
  });
});

describe('what a store answers', () => {
  const refusals: [fault: S3Fault, code: string][] = [
    [{ status: 404, body: errorBody('NoSuchBucket') }, 'NoSuchBucket'],
    [{ status: 403, body: errorBody('AccessDenied') }, 'AccessDenied'],
    [{ status: 403, body: errorBody('InvalidAccessKeyId') }, 'InvalidAccessKeyId'],
    [{ status: 400, body: errorBody('KMS.DisabledException') }, 'KMS.DisabledException'],
    [{ status: 301, body: errorBody('PermanentRedirect') }, 'PermanentRedirect'],
  ];
  for (const [fault, code] of refusals) {
    test(`${code}: refused`, async () => {
      s3.fault = () => fault;
      const outcome = await put(fileOf(bytes));
      assert.deepEqual([outcome.kind, 'code' in outcome && outcome.code], ['refused', code]);
    });
  }

  const unsure: [name: string, fault: S3Fault, code: string][] = [
    ['InternalError', { status: 500, body: errorBody('InternalError') }, 'InternalError'],
    ['SlowDown', { status: 503, body: errorBody('SlowDown') }, 'SlowDown'],
    ["a proxy's 502", { status: 502, body: '<html>bad</html>' }, 'BadGateway'],
    ["a proxy's 403", { status: 403, body: '<html>no</html>' }, 'AccessDenied'],
    ["a proxy's 404 that is empty", { status: 404 }, 'NotFound'],
    ['OperationAborted', { status: 409, body: errorBody('OperationAborted') }, 'OperationAborted'],
    ['RequestTimeout', { status: 400, body: errorBody('RequestTimeout') }, 'RequestTimeout'],
    ['an answer that never arrives', 'answer lost', 'ECONNRESET'],
  ];
  for (const [name, fault, code] of unsure) {
    test(`${name}: not refused, for it may have been stored`, async () => {
      s3.fault = (method) => (method === 'PUT' ? fault : undefined);
      assert.equal(await failureOf(fileOf(bytes)), code);
    });
  }

  test('nothing, to a call that is broken off', async () => {
    s3.fault = () => 'silence';
    const upload = fileOf(bytes);
    const destination = s3Destination({ ...endpoints, log: silentLog });
    await assert.rejects(
      destination.put(upload, AbortSignal.timeout(100)),
      (error) => error instanceof S3Failure && error.code === 'RequestTimeout',
    );
  });

  test('nobody there', async () => {
    // A port that was free a moment ago may be somebody's by now; the first one is nobody's.
    endpoints = at('http://127.0.0.1:1');
    assert.equal(await failureOf(fileOf(bytes)), 'ECONNREFUSED');
  });

  for (const status of [200, 400, 503]) {
    test(`an answer ${status} without an end is not taken in`, async () => {
      let sentBytes = 0;
      const piece = Buffer.alloc(64 * 1024, 'a');
      const server = createHttpServer((request, response) => {
        request.resume();
        const isHead = request.method === 'HEAD';
        response.writeHead(isHead ? 404 : status, { 'content-type': 'application/xml' });
        if (isHead) {
          response.end();
          return;
        }
        const more = () => {
          while (!response.destroyed && sentBytes < 64 * 1024 * 1024) {
            sentBytes += piece.length;
            if (!response.write(piece)) return;
          }
          response.end();
        };
        response.on('drain', more);
        more();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const hostile = at(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
        const { put } = s3Destination({ find: hostile.find, log: silentLog });
        await assert.rejects(put(fileOf(Buffer.from('x')), signal), S3Failure);
        assert.ok(sentBytes < 16 * 1024 * 1024, `${sentBytes} bytes were taken`);
        hostile.close();
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });
  }

  test('a code that is none of S3’s is not repeated', () => {
    const failure = toS3Failure({
      Code: `<b>${'x'.repeat(100)}`,
      message: 'y'.repeat(5_000),
      $metadata: { httpStatusCode: 403 },
    });
    assert.deepEqual([failure.code, failure.isS3], ['AccessDenied', false]);
    assert.equal(toS3Failure({ Code: 'SlowDown', message: 'y'.repeat(5_000) }).message.length, 1_000);
  });

  test('a bucket without an endpoint does not exist', async () => {
    const outcome = await put(fileOf(bytes, { bucket: 'other-logs' }));
    assert.deepEqual([outcome.kind, 'code' in outcome && outcome.code], ['refused', 'NoSuchBucket']);
  });
});

describe("a trail's KMS key", () => {
  const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const dataKeys = (generate: () => Promise<never> | never): DataKeys => ({
    generate,
    decrypt: () => assert.fail('nothing is decrypted'),
  });

  test('is asked of the store', async () => {
    const generate = () =>
      Promise.resolve({ plaintext: bytes, ciphertext: bytes, keyArn: kmsKeyArn } as never);
    assert.deepEqual(await put(fileOf(bytes, { kmsKeyArn }), dataKeys(generate)), { kind: 'stored' });
    const { headers } = s3.objects.get(address) ?? assert.fail('nothing stored');
    assert.equal(headers['x-amz-server-side-encryption'], 'aws:kms');
    assert.equal(headers['x-amz-server-side-encryption-aws-kms-key-id'], kmsKeyArn);
  });

  test('that is disabled keeps files here', async () => {
    const generate = () => Promise.reject(new KeyError('DisabledException', `${kmsKeyArn} is disabled.`));
    const outcome = await put(fileOf(bytes, { kmsKeyArn }), dataKeys(generate));
    assert.deepEqual([outcome.kind, 'code' in outcome && outcome.code], ['refused', 'KMS.DisabledException']);
    assert.equal(s3.objects.size, 0);
  });
});

describe('the check of a new bucket', () => {
  const reasonOf = async () => {
    const verdict = await endpoints.foreignBuckets.check('trail-logs', '111122223333');
    return verdict.ok ? 'ok' : verdict.reason;
  };
  test('finds it, misses it, is kept out, reaches nobody', async () => {
    assert.equal(await reasonOf(), 'ok');
    s3.buckets.clear();
    assert.equal(await reasonOf(), 'missing');
    s3.fault = () => ({ status: 403 });
    assert.equal(await reasonOf(), 'forbidden');
    s3.fault = () => ({ status: 503 });
    assert.equal(await reasonOf(), 'unreachable');
    s3.fault = () => 'answer lost';
    assert.equal(await reasonOf(), 'unreachable');
  });
});
