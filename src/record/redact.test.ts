// SPDX-License-Identifier: Apache-2.0
// Oracles: a marker that only secrets carry must not be found in the finished record's text; the models' own
// `sensitive` traits; recorded events for the forms (omitted, hidden, or shown).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as s3 from '@aws-sdk/client-s3';
import * as sts from '@aws-sdk/client-sts';
import type {
  StaticListSchema,
  StaticMapSchema,
  StaticOperationSchema,
  StaticSimpleSchema,
  StaticStructureSchema,
} from '@smithy/types';
import fc from 'fast-check';
import { buildRecord, type CallFacts } from './build-record.js';
import { hidden } from './redact.js';
import { type MemberView, type ShapeView, shapeViewOf } from './shape-view.js';
import { exampleCall } from './testing/example-call.js';
import { shapesOfCall } from './testing/recorded-call.js';
import { toJson } from './to-json.js';

const marker = 'S3cretMarker';

const secretNames = [
  'Password',
  'MasterUserPassword',
  'NewPassword',
  'oldPassword',
  'SecretAccessKey',
  'SessionToken',
  'Plaintext',
  'PrivateKey',
  'PrivateKeyPlaintext',
  'ClientSecret',
  'SecretString',
  'SharedSecret',
  'AccessToken',
  'RefreshToken',
  'WebIdentityToken',
  'SAMLAssertion',
  'TokenCode',
  'SSECustomerKey',
  'Secret',
  'DB_PASSWORD',
];
const harmlessNames = [
  'Name',
  'Tags',
  'NextToken',
  'KeyId',
  'SecretId',
  'Environment',
  'Items',
  'PasswordResetRequired',
];

const secretText = fc.string().map((text) => `${marker}${text}`);
/** Anything below a secret's name is secret too. */
const secretValue = fc.oneof(secretText, fc.array(secretText), fc.dictionary(fc.string(), secretText));
const entries = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.boolean(),
    fc.integer(),
    fc.constant(new Date(0)),
    fc.array(tie('object'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc
    .array(
      fc.oneof(
        fc.tuple(fc.constantFrom(...harmlessNames), tie('value')),
        fc.tuple(fc.constantFrom(...secretNames), secretValue),
      ),
      { maxLength: 5 },
    )
    .map((pairs) => Object.fromEntries(pairs) as Record<string, unknown>),
}));

const services = ['iam', 'kms', 'lambda', 's3', 'secretsmanager', 'sts', 'cloudtrail', 'unheard-of'];

describe('redaction', () => {
  test('no value under a secret name survives, at any depth, in any part of the record', () => {
    fc.assert(
      fc.property(fc.constantFrom(...services), entries.object, entries.object, (service, input, output) => {
        const call = exampleCall(service, 'CreateThing', { input, output });
        const notes = { ...call.notes, additionalEventData: JSON.parse(JSON.stringify(input)) as never };
        const given = {
          ...notes,
          requestParameters: notes.additionalEventData,
          responseElements: notes.additionalEventData,
        };
        assert.ok(!toJson(buildRecord({ ...call, notes })).includes(marker));
        assert.ok(!toJson(buildRecord({ ...call, notes: given })).includes(marker));
      }),
      { numRuns: 300, verbose: true },
    );
  });

  test('no member that a model marks sensitive is recorded, but for the names of S3 keys', () => {
    const shown = new Set(['SSEKMSKeyId', 'SSEKMSEncryptionContext', 'KMSMasterKeyID', 'KeyId']);
    let sensitiveMembers = 0;
    for (const [service, client] of Object.entries({ cloudtrail, s3, sts })) {
      for (const operation of operationsOf(client)) {
        const shapes = shapesOfCall(service, operation) ?? operationShapes(client, operation);
        const fill = (schema: StaticStructureSchema | undefined) => {
          if (schema === undefined) return {};
          const filled = filledWith(shapeViewOf(schema), shown, 0);
          sensitiveMembers += JSON.stringify(filled).split(marker).length - 1;
          return filled as Record<string, unknown>;
        };
        const call: CallFacts = {
          ...exampleCall(service, operation),
          shapes,
          input: fill(shapes?.input),
          output: fill(shapes?.output),
        };
        assert.ok(!toJson(buildRecord(call)).includes(marker), `${service} ${operation}`);
      }
    }
    assert.ok(sensitiveMembers > 20, `only ${sensitiveMembers} were tried`);
  });

  test('sensitive items of a list and values of a map are hidden one by one', () => {
    const word: StaticSimpleSchema = [0, 'example', 'Word', 8, 0];
    const words: StaticListSchema = [1, 'example', 'Words', 0, () => word];
    const byName: StaticMapSchema = [2, 'example', 'ByName', 0, 0, () => word];
    const input: StaticStructureSchema = [
      3,
      'example',
      'In',
      0,
      ['Words', 'ByName'],
      [() => words, () => byName],
    ];
    const call = exampleCall('example', 'PutWords', {
      shapes: { input },
      input: { Words: [marker, marker], ByName: { Alpha: marker } },
    });
    assert.deepEqual(buildRecord(call).requestParameters, {
      words: [hidden, hidden],
      byName: { Alpha: hidden },
    });
  });

  test('the form follows the service: left out, hidden, or in EC2’s words', () => {
    const parameters = (service: string, operation: string, input: Record<string, unknown>) =>
      buildRecord(exampleCall(service, operation, { input })).requestParameters;
    assert.deepEqual(parameters('iam', 'CreateLoginProfile', { UserName: 'bob', Password: 'x' }), {
      userName: 'bob',
    });
    assert.deepEqual(
      parameters('kms', 'Decrypt', { CiphertextBlob: Uint8Array.of(1), EncryptionAlgorithm: 'A' }),
      {
        encryptionAlgorithm: 'A',
      },
    );
    assert.deepEqual(
      parameters('rds', 'CreateDBInstance', { MasterUserPassword: 'x', ManageMasterUserPassword: true }),
      {
        masterUserPassword: hidden,
        manageMasterUserPassword: true,
      },
    );
    assert.deepEqual(parameters('ssm', 'PutParameter', { Name: 'n', Value: 'x' }), {
      name: 'n',
      value: hidden,
    });
    assert.deepEqual(parameters('ec2', 'RunInstances', { UserData: 'x' }), {
      userData: '<sensitiveDataRemoved>',
    });
    assert.deepEqual(parameters('ses', 'SendEmail', { Destination: { ToAddresses: ['a', 'b'] } }), {
      destination: { toAddresses: [hidden, hidden] },
    });
    assert.deepEqual(
      parameters('lambda', 'CreateFunction20150331', { Environment: { Variables: { A: 'x' } } }),
      {
        environment: {},
      },
    );
  });

  test('AssumeRole shows which access key was handed out and until when, and hides the token', () => {
    const output = {
      Credentials: {
        AccessKeyId: 'ASIAEXAMPLE',
        SecretAccessKey: marker,
        SessionToken: marker,
        Expiration: new Date(0),
      },
    };
    const shapes = shapesOfCall('sts', 'AssumeRole');
    assert.deepEqual(
      buildRecord({ ...exampleCall('sts', 'AssumeRole', { output }), shapes }).responseElements,
      {
        credentials: {
          accessKeyId: 'ASIAEXAMPLE',
          sessionToken: hidden,
          expiration: 'Jan 1, 1970, 12:00:00 AM',
        },
      },
    );
  });

  test('a password in the URL of a subscription is hidden, also in one that is refused', () => {
    const shown = (Endpoint: string) =>
      buildRecord(exampleCall('sns', 'Subscribe', { input: { Endpoint } })).requestParameters?.endpoint;
    assert.equal(shown('https://bob:s3cret@example.com/a@b'), 'https://bob:****@example.com/a@b');
    assert.equal(shown('http://:s3cret@example.com'), 'http://:****@example.com');
    assert.equal(shown('https://example.com:8443/a@b'), 'https://example.com:8443/a@b');
    assert.equal(shown('bob@example.com'), 'bob@example.com');
    assert.equal(shown('arn:aws:sqs:us-east-1:111122223333:q'), 'arn:aws:sqs:us-east-1:111122223333:q');
    for (const odd of [
      'https://bob:s3/cret@example.com/',
      'https:/bob:s3cret@example.com/',
      'https:\\\\bob:s3cret@example.com/',
      'https://bob:s3cret@exa mple.com/',
      '//bob:s3@cret@example.com',
    ])
      assert.doesNotMatch(String(shown(odd)), /s3|cret/, odd);
  });

  test('a caller can name further members', () => {
    const call = exampleCall('iam', 'CreateUser', { input: { UserName: 'bob', Path: '/' } });
    assert.deepEqual(buildRecord({ ...call, isSensitive: (name) => name === 'UserName' }).requestParameters, {
      userName: hidden,
      path: '/',
    });
  });
});

function operationsOf(client: object): string[] {
  return Object.values(client)
    .filter((value): value is StaticOperationSchema => Array.isArray(value) && value[0] === 9)
    .map((schema) => schema[2]);
}

function operationShapes(client: object, operation: string): CallFacts['shapes'] {
  const schema = (client as Record<string, StaticOperationSchema>)[`${operation}$`];
  const resolve = (ref: unknown) => (typeof ref === 'function' ? (ref as () => unknown)() : ref);
  const structure = (ref: unknown) => {
    const resolved = resolve(ref);
    return Array.isArray(resolved) && resolved[0] === 3
      ? (resolved as unknown as StaticStructureSchema)
      : undefined;
  };
  return { input: structure(schema?.[4]), output: structure(schema?.[5]) };
}

/** A value of the shape, the marker under every sensitive member. */
function filledWith(shape: ShapeView, shown: ReadonlySet<string>, depth: number): unknown {
  if (depth > 6) return undefined;
  const member = (view: MemberView) =>
    view.sensitive && !shown.has(view.name) ? marker : filledWith(view.shape, shown, depth + 1);
  if (shape.kind === 'structure')
    return Object.fromEntries([...shape.members].map(([name, view]) => [name, member(view)]));
  if (shape.kind === 'list') return [member(shape.item!)];
  if (shape.kind === 'map') return { k: member(shape.item!) };
  return shape.kind === 'timestamp' ? new Date(0) : 'plain';
}
