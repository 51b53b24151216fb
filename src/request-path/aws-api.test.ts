// SPDX-License-Identifier: Apache-2.0
// Oracle: the order in which AWS refuses (signature, operation, shape, handler), the codes of each API's "Common Errors"
// page, and who is in the record.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { cloudtrailModel } from '../services/cloudtrail/model.js';
import { s3Model } from '../services/s3/model.js';
import { loadedService } from '../services/served-service.js';
import type { Call, Handler, Service } from '../services/service.js';
import { stsModel } from '../services/sts/model.js';
import type { WireRequest, WireResponse } from '../wire/http.js';
import { AwsApi } from './aws-api.js';
import {
  accountId,
  authenticatorOf,
  dependencies,
  MemoryStores,
  serviceOf,
  signedRequest,
  wireRequest,
} from './testing/scene.js';

interface Refusal {
  readonly code: string;
  readonly service: string | undefined;
  readonly accessKeyId: string | undefined;
}

class Scene {
  readonly stores = new MemoryStores();
  readonly deps = dependencies(this.stores);
  readonly refused: Refusal[] = [];
  readonly answered: [service: string, operation: string, code: string][] = [];
  readonly asked: string[] = [];
  readonly api: AwsApi;

  constructor() {
    const { errors: _, ...deps } = this.deps;
    const noting =
      (name: string): Handler =>
      (_input, call: Call) => {
        this.asked.push(`${name} by ${call.principal.kind} of ${call.accountId}`);
        return {};
      };
    const handlers = (...names: string[]) => Object.fromEntries(names.map((name) => [name, noting(name)]));
    const services: Service[] = [
      serviceOf(cloudtrailModel, handlers('DescribeTrails', 'CreateTrail')),
      serviceOf(
        s3Model,
        handlers('GetObject', 'PutObject', 'ListObjectsV2', 'GetBucketLocation', 'DeleteObjects'),
        {
          anonymousAccount: (_operation, input) =>
            (input as { Bucket?: string }).Bucket === 'public' ? '444455556666' : undefined,
        },
      ),
      serviceOf(stsModel, handlers('GetCallerIdentity')),
    ];
    this.api = new AwsApi({
      ...deps,
      services: services.map(loadedService),
      authenticator: authenticatorOf(this.stores),
      homeRegion: 'us-east-1',
      routing: { baseHosts: [] },
      onRefused: (_request, code, service, accessKeyId) => this.refused.push({ code, service, accessKeyId }),
      onAnswered: (service, operation, code) => this.answered.push([service, operation, code]),
      onRecorded: () => {},
    });
  }

  async answer(request: WireRequest): Promise<{ status: number; text: string; answer: WireResponse }> {
    const answer = await this.api.answer(request);
    return {
      status: answer.status,
      text: answer.body instanceof Readable ? '' : String(answer.body),
      answer,
    };
  }
}

const json = (operation: string, body: string, change: object = {}) =>
  signedRequest({
    service: 'cloudtrail',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.${operation}`,
    },
    body,
    ...change,
  });

const unsigned = (method: string, path: string, body = '') => {
  const { authorization: _, ...headers } = signedRequest({ service: 's3', method, path, body }).headers;
  return wireRequest({ method, path, headers, body: Buffer.from(body) });
};

/** A body that tells whether anybody asked for it. */
function watchedBody(): { body: Readable; isRead: () => boolean } {
  let isRead = false;
  const body = new Readable({
    read() {
      isRead = true;
      this.push(null);
    },
  });
  return { body, isRead: () => isRead };
}

describe('the order of what is checked', () => {
  test('a wrong signature comes before an operation that is none, and a body that is no JSON', async () => {
    const scene = new Scene();
    const { status, text } = await scene.answer(
      wireRequest(json('NoSuchThing', '{"a', { secretAccessKey: 'x' })),
    );
    assert.deepEqual([status, JSON.parse(text).__type], [400, 'InvalidSignatureException']);
    assert.deepEqual([scene.stores.records, scene.asked], [[], []]);
  });

  test('an operation that is none comes before the body, and is no event', async () => {
    const scene = new Scene();
    const { text } = await scene.answer(wireRequest(json('NoSuchThing', '{"a')));
    assert.equal(JSON.parse(text).__type, 'UnknownOperationException');
    assert.deepEqual([scene.stores.records, scene.refused], [[], []]);
  });

  test('a body that cannot be read is an event without parameters', async () => {
    const scene = new Scene();
    const { text } = await scene.answer(wireRequest(json('DescribeTrails', '{"a')));
    assert.equal(JSON.parse(text).__type, 'SerializationException');
    const [record] = scene.stores.records;
    assert.deepEqual([record?.errorCode, record?.requestParameters], ['SerializationException', null]);
    assert.deepEqual(scene.asked, []);
  });

  test("missing members come before the handler, in AWS's words, and the event has what was there", async () => {
    const scene = new Scene();
    const { status, text } = await scene.answer(wireRequest(json('CreateTrail', '{"S3BucketName":"logs"}')));
    assert.equal(status, 400);
    assert.match(
      text,
      /ValidationException.*1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null/,
    );
    const [record] = scene.stores.records;
    assert.equal(record?.errorCode, 'ValidationException');
    assert.deepEqual(record?.requestParameters, { s3BucketName: 'logs' });
    assert.deepEqual(scene.asked, []);
  });

  test('what comes through is asked, recorded and counted', async () => {
    const scene = new Scene();
    const request = wireRequest(json('DescribeTrails', '{}'));
    const { status, answer } = await scene.answer(request);
    assert.deepEqual([status, answer.headers['x-amzn-requestid']], [200, request.requestId]);
    assert.deepEqual(scene.asked, [`DescribeTrails by root of ${accountId}`]);
    assert.equal(scene.stores.records[0]?.requestID, request.requestId);
    assert.deepEqual(scene.answered, [['cloudtrail', 'DescribeTrails', '']]);
  });

  test('a service that is not there is named', async () => {
    const scene = new Scene();
    const { status, text } = await scene.answer(wireRequest(signedRequest({ service: 'glacier' })));
    assert.equal(status, 501);
    assert.match(text, /glacier/);
    assert.deepEqual(scene.answered, [['', '', 'NotImplemented']]);
  });
});

describe('who is nobody', () => {
  test('is noted with the key that was claimed, and with no record', async () => {
    const scene = new Scene();
    await scene.answer(wireRequest(json('DescribeTrails', '{}', { accessKeyId: 'AKIANOBODYHASTHISKEY' })));
    assert.deepEqual(scene.refused, [
      { code: 'UnrecognizedClientException', service: 'cloudtrail', accessKeyId: 'AKIANOBODYHASTHISKEY' },
    ]);
    assert.deepEqual(scene.stores.records, []);
  });

  test('is not listened to: the body of a key that nobody has, or of no key, is not read', async () => {
    const scene = new Scene();
    for (const request of [
      wireRequest(json('DescribeTrails', '{}', { accessKeyId: 'AKIANOBODYHASTHISKEY' })),
      unsigned('POST', '/nobodys?delete=', '<Delete/>'),
      unsigned('PUT', '/nobodys/key', 'object'),
    ]) {
      const { body, isRead } = watchedBody();
      const { status } = await scene.answer({ ...request, body });
      assert.ok(status >= 400 && !isRead(), `${request.method} ${request.rawPath}`);
    }
    assert.equal(scene.refused.length, 3);
  });

  test('a body over the limit is noted too', async () => {
    const scene = new Scene();
    const { status } = await scene.answer(wireRequest(json('DescribeTrails', 'x'.repeat(1024 * 1024 + 1))));
    assert.equal(status, 413);
    assert.deepEqual(
      scene.refused.map(({ code }) => code),
      ['RequestEntityTooLargeException'],
    );
  });

  test('unsigned calls to what may be public run as anonymous, in the account of the owner', async () => {
    const scene = new Scene();
    assert.equal((await scene.answer(unsigned('GET', '/public?location='))).status, 200);
    assert.deepEqual(scene.asked, ['GetBucketLocation by anonymous of 444455556666']);
    const [record] = scene.stores.records as {
      recipientAccountId: string;
      userIdentity: { accountId: string };
    }[];
    assert.deepEqual(
      [record?.recipientAccountId, record?.userIdentity.accountId],
      ['444455556666', 'ANONYMOUS_PRINCIPAL'],
    );
    assert.deepEqual(scene.refused, []);
  });

  test('unsigned calls to anything else are refused before they are read', async () => {
    const scene = new Scene();
    for (const [method, path, code] of [
      ['GET', '/private?location=', 'AccessDenied'],
      ['GET', '/', 'AccessDenied'],
      ['PATCH', '/public', 'MethodNotAllowed'],
      ['GET', '/%70rivate?location=', 'AccessDenied'],
    ] as const) {
      assert.match((await scene.answer(unsigned(method, path))).text, new RegExp(code), path);
    }
    assert.deepEqual([scene.refused.length, scene.asked, scene.stores.records], [4, [], []]);
  });
});

test('what a handler throws never leaves the server', async () => {
  const scene = new Scene();
  const broken = new Proxy(scene.stores.stateStore, {
    get: () => {
      throw new Error('hunter2');
    },
  });
  const { errors: _, ...deps } = dependencies(scene.stores);
  const api = new AwsApi({
    ...deps,
    stateStore: broken,
    services: [
      loadedService(
        serviceOf(cloudtrailModel, { DescribeTrails: (_input, call: Call) => call.state.get('x') }),
      ),
    ],
    authenticator: authenticatorOf(scene.stores),
    homeRegion: 'us-east-1',
    routing: { baseHosts: [] },
    onRefused: () => {},
    onAnswered: () => {},
    onRecorded: () => {},
  });
  const answer = await api.answer(wireRequest(json('DescribeTrails', '{}')));
  assert.equal(answer.status, 500);
  assert.doesNotMatch(JSON.stringify(answer), /hunter2/);
});
