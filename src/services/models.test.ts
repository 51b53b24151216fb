// SPDX-License-Identifier: Apache-2.0
/**
 * Every operation of every served service, over the wire in both directions.
 * Oracle: the AWS SDK's clients. They serialise the requests that we parse, and read the answers that we write.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as cloudtrailClient from '@aws-sdk/client-cloudtrail';
import * as kmsClient from '@aws-sdk/client-kms';
import * as s3Client from '@aws-sdk/client-s3';
import * as snsClient from '@aws-sdk/client-sns';
import * as stsClient from '@aws-sdk/client-sts';
import { protocolFor } from '../wire/protocol.js';
import { routeOperation, routeService } from '../wire/route-request.js';
import type { OperationModel, ProtocolName, ServiceModel } from '../wire/service-model.js';
import { type StructureShape, shapeOf } from '../wire/shape.js';
import {
  type AnyClient,
  type ClientClass,
  type CommandClass,
  driveClient,
} from '../wire/testing/drive-client.js';
import { sampleValue } from '../wire/testing/sample-values.js';
import { WireError } from '../wire/wire-error.js';
import { cloudtrailModel } from './cloudtrail/model.js';
import { inertServices } from './inert-services.js';
import { kmsModel } from './kms/model.js';
import { s3Model } from './s3/model.js';
import { snsModel } from './sns/model.js';
import { stsModel } from './sts/model.js';

const models = (await inertServices()).map(({ model }) => model);

const requestId = '2f6d1b7e-0000-4000-8000-00000000abcd';
const seed = 20_261_121;

interface Served {
  readonly model: ServiceModel;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly clientName: string;
  readonly settings: object;
  readonly protocols: readonly ProtocolName[];
  /** Members of inputs that the client checks or puts into the host. */
  readonly fixed: Readonly<Record<string, unknown>>;
  /** Members that the client fills in itself, in its serializer and behind it. */
  readonly addedMembers: readonly string[];
}

const served: readonly Served[] = [
  {
    model: cloudtrailModel,
    exports: cloudtrailClient,
    clientName: 'CloudTrailClient',
    settings: {},
    protocols: ['awsJson1_1'],
    fixed: {},
    addedMembers: [],
  },
  {
    model: kmsModel,
    exports: kmsClient,
    clientName: 'KMSClient',
    settings: {},
    protocols: ['awsJson1_1'],
    fixed: {},
    addedMembers: [],
  },
  {
    model: snsModel,
    exports: snsClient,
    clientName: 'SNSClient',
    settings: {},
    protocols: ['awsQuery'],
    fixed: {},
    addedMembers: [],
  },
  {
    model: stsModel,
    exports: stsClient,
    clientName: 'STSClient',
    settings: {},
    protocols: ['awsQuery'],
    fixed: {},
    addedMembers: [],
  },
  {
    model: s3Model,
    exports: s3Client,
    clientName: 'S3Client',
    settings: {
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    },
    protocols: ['restXml'],
    fixed: {
      Bucket: 'my.bucket-1',
      Key: 'a b/größe//+&?#%20.txt',
      RequestRoute: 'route',
      ChecksumAlgorithm: 'CRC32',
      // Conditional on each other: the text is what the date is read from.
      Expires: new Date(1_700_000_000_000),
      ExpiresString: 'Tue, 14 Nov 2023 22:13:20 GMT',
    },
    addedMembers: ['ChecksumAlgorithm', 'ChecksumCRC32', 'ClientToken', 'ContentLength', 'ContentType'],
  },
];

/** Not walked over, with the reason. */
const exceptedOutputs: Readonly<Record<string, string>> = {
  SelectObjectContent: 'answers an event stream, which is written frame by frame and not as one structure',
};

function shapeOrNothing(schema: OperationModel['input']): StructureShape | undefined {
  return schema === undefined ? undefined : shapeOf(schema);
}

async function exchange(api: Served, operation: OperationModel, input: unknown, output: unknown) {
  const seen: { input?: unknown; operation?: string; service?: string } = {};
  const { client, serializedInput } = driveClient(
    api.exports[api.clientName] as ClientClass,
    (request, body) => {
      const service = routeService(request, models, { baseHosts: [] });
      assert.ok(service, 'no service was found');
      const route = routeOperation(service, body);
      seen.service = route.model.id;
      seen.operation = route.operation.name;
      seen.input = route.protocol.parse(route.operation, route.request, body);
      return route.protocol.write(operation, output, requestId);
    },
    api.settings,
  );
  const Command = api.exports[`${operation.name}Command`] as CommandClass;
  const answer = await client.send(new Command(input));
  return { seen, sent: serializedInput(), answer };
}

/** Without undefined members, streams read. */
async function plain(value: unknown): Promise<unknown> {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if ('transformToByteArray' in value) {
    return new Uint8Array(
      await (value as { transformToByteArray(): Promise<Uint8Array> }).transformToByteArray(),
    );
  }
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  const pairs = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    await Promise.all(pairs.map(async ([key, part]) => [key, await plain(part)] as const)),
  );
}

/** `{ Metadata: {} }` is how the client says that no header has the prefix. */
function withoutNoMetadata(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name, part]) => name !== 'Metadata' || Object.keys(part as object).length > 0,
    ),
  );
}

function without(value: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

for (const api of served) {
  describe(`${api.model.id}: the SDK client and this server understand each other`, () => {
    for (const operation of api.model.operations.values()) {
      for (const fullness of ['full', 'sparse'] as const) {
        test(`${operation.name}, ${fullness}, seed ${seed}`, () => walk(api, operation, fullness));
      }
    }
  });
}

async function walk(api: Served, operation: OperationModel, fullness: 'full' | 'sparse'): Promise<void> {
  const options = { seed, fullness, fixed: api.fixed };
  const inputShape = shapeOrNothing(operation.input);
  const outputShape = shapeOrNothing(operation.output);
  const input = inputShape === undefined ? {} : sampleValue(inputShape, options);
  const excepted = operation.name in exceptedOutputs;
  const output = outputShape === undefined || excepted ? {} : sampleValue(outputShape, options);
  const { seen, sent, answer } = await exchange(api, operation, input, output);
  assert.equal(seen.service, api.model.id);
  assert.equal(seen.operation, operation.name);
  const added = api.addedMembers.filter((name) => !(name in (sent as object)));
  const parsed = without((await plain(seen.input)) as Record<string, unknown>, added);
  assert.deepEqual(parsed, await plain(sent));
  if (excepted) return;
  const { $metadata, ...received } = answer as { $metadata: { requestId?: string } };
  assert.equal($metadata.requestId, requestId);
  const read = (await plain(received)) as Record<string, unknown>;
  assert.deepEqual(withoutNoMetadata(read), output);
}

for (const api of served) {
  describe(`${api.model.id}: every modelled error is thrown by the SDK client as its class`, () => {
    for (const [name, schema] of api.model.errors) {
      test(name, () => throws(api, name, shapeOf(schema)));
    }
  });
}

async function throws(api: Served, name: string, shape: StructureShape): Promise<void> {
  const [operation] = api.model.operations.values();
  assert.ok(operation);
  const fields = without(sampleValue(shape, { seed, fullness: 'full' }), ['message', 'Message']);
  const protocol = protocolFor(api.model, api.protocols[0] as ProtocolName);
  const { client } = driveClient(
    api.exports[api.clientName] as ClientClass,
    () =>
      protocol.writeError(
        new WireError(name, 'what went wrong & why <it> did', { status: 404, fields }),
        requestId,
      ),
    api.settings,
  );
  const error = await failure(client, api, operation);
  assert.ok(error instanceof (api.exports[name] as new () => Error), `${error.name} is not ${name}`);
  assert.equal(error.message, 'what went wrong & why <it> did');
  assert.equal(error.$metadata.requestId, requestId);
  for (const [field, value] of Object.entries(fields)) assert.deepEqual(error[field], value);
}

type ClientError = Error & {
  readonly $metadata: { readonly requestId?: string; httpStatusCode?: number };
} & Record<string, unknown>;

async function failure(client: AnyClient, api: Served, operation: OperationModel): Promise<ClientError> {
  const Command = api.exports[`${operation.name}Command`] as CommandClass;
  const shape = shapeOrNothing(operation.input);
  const input = shape === undefined ? {} : sampleValue(shape, { seed, fullness: 'sparse', fixed: api.fixed });
  try {
    await client.send(new Command(input));
  } catch (error) {
    return error as ClientError;
  }
  return assert.fail('nothing was thrown');
}

test('the models hold every operation of the clients', () => {
  const counts = Object.fromEntries(models.map((model) => [model.id, model.operations.size]));
  for (const api of served) {
    const commands = Object.keys(api.exports).filter((name) => /^[A-Z]\w*Command$/.test(name));
    assert.equal(counts[api.model.id], commands.length, api.model.id);
  }
  assert.equal(counts['cloudtrail-data'], 1);
});
