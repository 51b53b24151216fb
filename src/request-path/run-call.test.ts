// SPDX-License-Identifier: Apache-2.0
// Oracle: invariant 1 (no answer before the entry is durable, nothing without its record), the throttling codes of each
// API's "Common Errors" page, and compare-and-set as StateStore promises it.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { LogFullError, type LoggedRecord, StaleRevisionError } from '../ports/event-log.js';
import { EventStoreBusyError } from '../ports/event-store.js';
import { cloudtrailModel } from '../services/cloudtrail/model.js';
import { s3Model } from '../services/s3/model.js';
import type { Call, Handler } from '../services/service.js';
import { stsModel } from '../services/sts/model.js';
import type { DataEventSelection } from '../trails/data-event-selection.js';
import type { ServiceModel } from '../wire/service-model.js';
import { WireError } from '../wire/wire-error.js';
import { type ReadyCall, runCall } from './run-call.js';
import {
  accountId,
  dependencies,
  MemoryStores,
  serviceOf,
  signedRequest,
  wireRequest,
} from './testing/scene.js';

interface Scene {
  readonly stores: MemoryStores;
  readonly errors: [facts: object, message: string][];
  readonly recorded: string[];
  run(handler: Handler, input?: Record<string, unknown>, refusal?: WireError): Promise<unknown>;
}

function scene(
  model: ServiceModel = cloudtrailModel,
  operationName = 'CreateTrail',
  dataEvents: DataEventSelection | undefined = undefined,
): Scene {
  const stores = new MemoryStores();
  const { errors, ...deps } = dependencies(stores);
  const recorded: string[] = [];
  const operation = model.operations.get(operationName);
  assert.ok(operation !== undefined);
  return {
    stores,
    errors,
    recorded,
    run: (handler, input = { Name: 'a-trail' }, refusal = undefined) =>
      runCall(
        {
          service: serviceOf(model, { [operationName]: handler }),
          operation,
          request: wireRequest(signedRequest({ service: model.id })),
          principal: { kind: 'root', accountId, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
          accountId,
          region: 'eu-west-1',
          input,
          refusal,
        },
        {
          ...deps,
          ...(dataEvents === undefined ? {} : { dataEvents }),
          onRecorded: (category, count) => recorded.push(...Array<string>(count).fill(category)),
        },
      ),
  };
}

/** The error that a call ends with. */
async function errorOf(call: Promise<unknown>): Promise<WireError> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof WireError, String(error));
    return error;
  }
  throw new Error('the call succeeded');
}

const adds: Handler = (_input, call: Call) => {
  call.state.put('count', (call.state.get<number>('count') ?? 0) + 1);
  return { Name: 'a-trail' };
};

describe('a call and its record', () => {
  test('are one entry, with the change', async () => {
    const { stores, run, recorded } = scene();
    assert.deepEqual(await run(adds), { Name: 'a-trail' });
    const [entry, ...more] = stores.entries;
    assert.deepEqual([entry?.changes, more], [[{ key: 'count', value: 1, expected: null }], []]);
    const [record] = stores.records;
    assert.deepEqual(
      [record?.eventName, record?.awsRegion, record?.recipientAccountId, record?.requestParameters],
      ['CreateTrail', 'eu-west-1', accountId, { name: 'a-trail' }],
    );
    assert.deepEqual(recorded, ['Management']);
  });

  test('no answer before the entry is durable', async () => {
    const { stores, run } = scene();
    let release = (): void => {};
    const durable = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { append } = stores.eventLog;
    Object.assign(stores.eventLog, { append: async (entry: never) => durable.then(() => append(entry)) });
    let isAnswered = false;
    const answer = run(adds).then(() => {
      isAnswered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(isAnswered, false);
    release();
    await answer;
  });

  test('a refused call is recorded with its error and without its changes', async () => {
    const { stores, run } = scene();
    const refuses: Handler = (input, call: Call) => {
      adds(input, call);
      throw new WireError('TrailAlreadyExistsException', 'there is one');
    };
    assert.equal((await errorOf(run(refuses))).code, 'TrailAlreadyExistsException');
    const [record] = stores.records;
    assert.deepEqual(
      [record?.errorCode, record?.errorMessage],
      ['TrailAlreadyExistsException', 'there is one'],
    );
    assert.equal(record?.responseElements, null);
    assert.deepEqual(stores.entries[0]?.changes, []);
  });

  test('a request that could not be read asks no handler and is recorded', async () => {
    const { stores, run } = scene();
    const unread: Handler = () => assert.fail('the handler was asked');
    const refusal = new WireError('SerializationException', 'not JSON', { status: 400 });
    assert.equal((await errorOf(run(unread, undefined, refusal))).code, 'SerializationException');
    assert.equal(stores.records[0]?.errorCode, 'SerializationException');
  });

  test('an operation that is not there yet is recorded as such', async () => {
    const { stores } = scene();
    const { errors: _, ...deps } = dependencies(stores);
    const operation = cloudtrailModel.operations.get('CreateDashboard');
    assert.ok(operation !== undefined);
    const call = runCall(
      {
        service: serviceOf(cloudtrailModel, {}),
        operation,
        request: wireRequest(signedRequest({ service: 'cloudtrail' })),
        principal: { kind: 'root', accountId, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
        accountId,
        region: 'us-east-1',
        input: {},
        refusal: undefined,
      },
      { ...deps, onRecorded: () => {} },
    );
    const error = await errorOf(call);
    assert.deepEqual([error.code, error.status], ['NotImplemented', 501]);
    assert.match(error.message, /CreateDashboard/);
    assert.equal(stores.records[0]?.errorCode, 'NotImplemented');
  });

  test('a data event that nobody selects leaves no record; its change, if it has one, is kept', async () => {
    for (const dataEvents of [
      undefined,
      selecting({ mayWant: () => false }),
      selecting({ wants: () => false }),
    ]) {
      const { stores, run, recorded } = scene(s3Model, 'GetObject', dataEvents);
      await run(() => ({ Body: Readable.from(['x']) }), { Bucket: 'b', Key: 'k' });
      assert.equal(stores.entries.length, 0);
      await run(adds, { Bucket: 'b', Key: 'k' });
      assert.deepEqual(
        [stores.entries[0]?.records, stores.entries[0]?.changes.length, recorded],
        [[], 1, []],
      );
    }
  });
});

function selecting(more: Partial<DataEventSelection> = {}): DataEventSelection {
  return { mayWant: () => true, wants: () => true, ...more };
}

describe('a data event that is selected', () => {
  const input = { Bucket: 'b', Key: 'k' };

  test('is recorded before the answer, with its account, Region and category', async () => {
    const asked: LoggedRecord[] = [];
    const wants = (record: LoggedRecord) => asked.push(record) > 0;
    const { stores, run, recorded } = scene(s3Model, 'PutObject', selecting({ wants }));
    await run(adds, input);
    const [entry] = stores.entries;
    assert.deepEqual(entry?.records, asked);
    assert.deepEqual(
      [asked[0]?.accountId, asked[0]?.region, asked[0]?.category, entry?.changes.length, recorded],
      [accountId, 'eu-west-1', 'Data', 1, ['Data']],
    );
    const [record] = stores.records;
    assert.deepEqual(
      [record?.eventName, record?.managementEvent, record?.readOnly],
      ['PutObject', false, false],
    );
    assert.deepEqual((record?.resources as object[] | undefined)?.[0], {
      type: 'AWS::S3::Object',
      ARN: 'arn:aws:s3:::b/k',
    });
  });

  test('is recorded when it was refused, too', async () => {
    const { stores, run } = scene(s3Model, 'GetObject', selecting());
    const refuses: Handler = () => {
      throw new WireError('AccessDenied', 'Access Denied', { status: 403 });
    };
    assert.equal((await errorOf(run(refuses, input))).code, 'AccessDenied');
    assert.deepEqual([stores.records[0]?.errorCode, stores.records[0]?.readOnly], ['AccessDenied', true]);
  });

  test('is not answered when it cannot be recorded', async () => {
    const { stores, run } = scene(s3Model, 'GetObject', selecting());
    stores.appendFaults.push(new LogFullError('full'));
    assert.equal((await errorOf(run(() => ({}), input))).code, 'SlowDown');
  });

  test('of many objects is about each of them, and each is asked for by itself', async () => {
    const wants = ({ json }: LoggedRecord) => !json.includes('arn:aws:s3:::b/unselected');
    const { stores, run } = scene(s3Model, 'DeleteObjects', selecting({ wants }));
    const Objects = [{ Key: 'k1' }, { Key: 'unselected' }, { Key: 'kept' }];
    await run(() => ({ Errors: [{ Key: 'kept', Code: 'AccessDenied' }] }), {
      Bucket: 'b',
      Delete: { Objects },
    });
    assert.equal(stores.entries.length, 1);
    assert.deepEqual(
      stores.records.map(({ eventName, eventType }) => [eventName, eventType]),
      [
        ['DeleteObjects', 'AwsApiCall'],
        ['DeleteObject', 'AwsServiceEvent'],
      ],
    );
    assert.equal(new Set(stores.records.map(({ eventID }) => eventID)).size, 2);
  });

  test('is asked for by the name that it is recorded under', async () => {
    const { stores, run } = scene(s3Model, 'ListObjectsV2', selecting());
    await run(() => ({}), { Bucket: 'b' });
    assert.equal(stores.records[0]?.eventName, 'ListObjects');
  });
});

test('management events are recorded whatever data events are selected', async () => {
  const never = () => assert.fail('the selection was asked');
  const { stores, run } = scene(cloudtrailModel, 'CreateTrail', selecting({ mayWant: never, wants: never }));
  await run(adds);
  assert.equal(stores.records.length, 1);
});

describe('of two calls that change the same', () => {
  test('the slower one runs again, from fresh state, and is recorded once', async () => {
    const { stores, run } = scene();
    const seen: unknown[] = [];
    const counts: Handler = (input, call: Call) => {
      seen.push(call.state.get('count'));
      // Somebody else is faster, once.
      if (seen.length === 1) stores.put('count', 10);
      return adds(input, call);
    };
    await run(counts);
    assert.deepEqual([seen, stores.stateStore.get('count')?.value], [[undefined, 10], 11]);
    assert.equal(stores.records.length, 1);
  });

  test('twenty at once all count', async () => {
    const { stores, run } = scene();
    await Promise.all(
      Array.from({ length: 20 }, () =>
        run(async (input, call: Call) => {
          const before = call.state.get<number>('count') ?? 0;
          await new Promise((resolve) => setImmediate(resolve));
          call.state.put('count', before + 1);
          return input;
        }),
      ),
    );
    assert.equal(stores.stateStore.get('count')?.value, 20);
  });

  test('one that never wins is told so, in the words of its API', async () => {
    for (const [model, operation, code] of [
      [cloudtrailModel, 'CreateTrail', 'ConflictException'],
      [s3Model, 'CreateBucket', 'OperationAborted'],
    ] as const) {
      const { stores, run } = scene(model, operation);
      stores.appendFaults.push(...Array.from({ length: 100 }, () => new StaleRevisionError('count')));
      assert.equal((await errorOf(run(adds, { Bucket: 'b' }))).code, code);
      assert.deepEqual(stores.entries, []);
    }
  });
});

test('a large input is let go of while the entry waits for the disk, and read again for another attempt', async () => {
  const stores = new MemoryStores();
  stores.appendFaults.push(new StaleRevisionError('count'), new StaleRevisionError('count'));
  const { errors, ...deps } = dependencies(stores);
  const operation = cloudtrailModel.operations.get('CreateTrail');
  assert.ok(operation !== undefined);
  const seen: unknown[] = [];
  let readings = 0;
  const service = serviceOf(cloudtrailModel, {
    CreateTrail: (input) => {
      seen.push(input);
      return {};
    },
  });
  const call: ReadyCall = {
    service,
    operation,
    request: wireRequest(signedRequest({ service: 'cloudtrail' })),
    principal: { kind: 'root', accountId, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
    accountId,
    region: 'eu-west-1',
    input: { Name: 'a-trail' },
    readAgain: () => {
      readings += 1;
      return { Name: 'a-trail' };
    },
    refusal: undefined,
  };
  await runCall(call, { ...deps, onRecorded: () => {} });
  assert.deepEqual([seen.length, readings, call.input, errors], [3, 2, undefined, []]);
  for (const input of seen) assert.deepEqual(input, { Name: 'a-trail' });
  const [entry] = stores.entries;
  assert.ok(entry?.kind === 'call');
  const { requestParameters } = JSON.parse(entry.records[0]?.json ?? '');
  assert.deepEqual(requestParameters, { name: 'a-trail' });
});

describe('when the log takes no more', () => {
  const words: [model: ServiceModel, operation: string, code: string, status: number][] = [
    [cloudtrailModel, 'CreateTrail', 'ThrottlingException', 400],
    [s3Model, 'CreateBucket', 'SlowDown', 503],
    [stsModel, 'GetCallerIdentity', 'Throttling', 400],
  ];
  for (const [model, operation, code, status] of words) {
    test(`${model.id} says ${code}`, async () => {
      const { stores, run, recorded } = scene(model, operation);
      stores.appendFaults.push(new LogFullError('full'));
      const error = await errorOf(run(() => ({}), {}));
      assert.deepEqual([error.code, error.status, recorded], [code, status, []]);
    });
  }

  test('a history that has too much to do is throttling too, and recorded', async () => {
    const { stores, run, errors } = scene(cloudtrailModel, 'LookupEvents');
    const busy: Handler = () => {
      throw new EventStoreBusyError('busy');
    };
    assert.equal((await errorOf(run(busy, {}))).code, 'ThrottlingException');
    assert.deepEqual([stores.records[0]?.errorCode, errors], ['ThrottlingException', []]);
  });
});

describe('a fault of ours', () => {
  const secret = 'password=hunter2';

  test('in a handler is a 500 that says nothing; the record and the log have it', async () => {
    for (const [model, operation, code] of [
      [cloudtrailModel, 'CreateTrail', 'InternalFailure'],
      [s3Model, 'CreateBucket', 'InternalError'],
    ] as const) {
      const { stores, run, errors } = scene(model, operation);
      const breaks: Handler = (input, call: Call) => {
        adds(input, call);
        throw new TypeError(secret);
      };
      const error = await errorOf(run(breaks, {}));
      assert.deepEqual([error.code, error.status], [code, 500]);
      assert.doesNotMatch(JSON.stringify([error.message, error.fields, stores.records]), /hunter2/);
      assert.equal(stores.records[0]?.errorCode, code);
      assert.deepEqual(stores.entries[0]?.changes, []);
      assert.equal(errors.length, 1);
      for (const [facts] of errors) assert.match(String((facts as { err: Error }).err), /hunter2/);
    }
  });

  test('in the log is a 500: what is not recorded is not answered', async () => {
    const { stores, run, errors } = scene();
    stores.appendFaults.push(new Error(secret));
    const error = await errorOf(run(adds));
    assert.deepEqual([error.code, error.status], ['InternalFailure', 500]);
    assert.doesNotMatch(error.message, /hunter2/);
    assert.equal(errors.length, 1);
    assert.equal(stores.stateStore.get('count'), undefined);
  });

  test('a body that will not be sent is closed', async () => {
    const { stores, run } = scene(s3Model, 'GetObject');
    stores.appendFaults.push(new LogFullError('full'));
    const body = new Readable({ read() {} });
    const reads: Handler = (_input, call: Call) => {
      call.state.put('x', 1);
      return { Body: body };
    };
    assert.equal((await errorOf(run(reads, { Bucket: 'b', Key: 'k' }))).code, 'SlowDown');
    assert.equal(body.destroyed, true);
  });
});
