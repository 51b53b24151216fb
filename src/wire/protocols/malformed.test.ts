// SPDX-License-Identifier: Apache-2.0
/**
 * Input that no client of AWS sends.
 * Oracle: AWS's error codes ("Common Errors" of each API, "Error responses" of S3); and for random input the rule
 * that parsing gives a value or a WireError below 500, nothing else.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { inertServices } from '../../services/inert-services.js';
import { protocolFor } from '../protocol.js';
import type { OperationModel, ServiceModel } from '../service-model.js';
import { hasStreamingInput } from '../streaming.js';
import { sampleRequest } from '../testing/sample-request.js';
import { WireError } from '../wire-error.js';

const models = (await inertServices()).map(({ model }) => model);

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const entityBomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${'b'.repeat(100)}"><!ENTITY c "&a;&a;">]><Tagging>&c;</Tagging>`;

function find(service: string, operation: string): { model: ServiceModel; operation: OperationModel } {
  const model = models.find(({ id }) => id === service);
  const found = model?.operations.get(operation);
  assert.ok(model && found);
  return { model, operation: found };
}

function parse(service: string, name: string, body: Uint8Array, address = '/', headers = {}): unknown {
  const { model, operation } = find(service, name);
  const [protocol = 'restXml'] = model.protocols;
  return protocolFor(model, protocol).parse(operation, sampleRequest('PUT', address, headers), body);
}

interface Refusal {
  readonly name: string;
  readonly code: string;
  readonly status: number;
  readonly parse: () => unknown;
}

const refusals: readonly Refusal[] = [
  ...[
    ['no JSON', '{'],
    ['a list for the whole input', '[]'],
    ['a string for the whole input', '"x"'],
    ['null for the whole input', 'null'],
    ['a number for a string', '{"NextToken":1}'],
    ['a string for a number', '{"MaxResults":"10"}'],
    ['a structure for a string', '{"NextToken":{}}'],
    ['a string for a list', '{"LookupAttributes":"x"}'],
    ['a structure for a list', '{"LookupAttributes":{"member":[]}}'],
    ['a string for a structure', '{"LookupAttributes":["x"]}'],
    ['a time that is none', '{"StartTime":"yesterday"}'],
    ['a time out of range', '{"StartTime":1e300}'],
    ['a million brackets', '['.repeat(1_000_000)],
  ].map(
    ([name, body]): Refusal => ({
      name: `awsJson: ${name}`,
      code: 'SerializationException',
      status: 400,
      parse: () => parse('cloudtrail', 'LookupEvents', bytes(body as string)),
    }),
  ),
  {
    name: 'awsJson: no UTF-8',
    code: 'SerializationException',
    status: 400,
    parse: () => parse('cloudtrail', 'LookupEvents', new Uint8Array([0x22, 0xff, 0xfe, 0x22])),
  },
  ...[
    ['a text for a number', 'DurationSeconds=soon'],
    ['members for a value', 'DurationSeconds.member.1=5'],
    ['a value for members', 'Tags=x'],
    ['a value for a structure', 'Tags.member.1=x'],
    ['names without end', `Tags${'.member'.repeat(1000)}=x`],
  ].map(
    ([name, body]): Refusal => ({
      name: `awsQuery: ${name}`,
      code: 'MalformedInput',
      status: 400,
      parse: () => parse('sts', 'AssumeRole', bytes(`Action=AssumeRole&${body}`)),
    }),
  ),
  {
    name: 'awsQuery: a broken percent-encoding',
    code: 'MalformedQueryString',
    status: 404,
    parse: () => parse('sts', 'AssumeRole', bytes('Action=AssumeRole&RoleArn=%E0%A4')),
  },
  {
    name: 'restJson: a structure for a list',
    code: 'SerializationException',
    status: 400,
    parse: () => parse('cloudtrail-data', 'PutAuditEvents', bytes('{"auditEvents":{}}')),
  },
  {
    name: 'restJson: no JSON',
    code: 'SerializationException',
    status: 400,
    parse: () => parse('cloudtrail-data', 'PutAuditEvents', bytes('auditEvents')),
  },
  ...[
    ['no XML', 'Tagging'],
    ['no end', '<Tagging><TagSet>'],
    ['tags that cross', '<Tagging><TagSet></Tagging></TagSet>'],
    ['another root', '<Tags/>'],
    ['two roots', '<Tagging/><Tagging/>'],
    ['an entity bomb', entityBomb],
    ['an unknown entity', '<Tagging>&nbsp;</Tagging>'],
    ['a bare &', '<Tagging>a & b</Tagging>'],
    ['a reference to NUL', '<Tagging><TagSet><Tag><Key>&#0;</Key></Tag></TagSet></Tagging>'],
    ['elements in a text', '<Tagging><TagSet><Tag><Key><a/></Key></Tag></TagSet></Tagging>'],
    ['elements nested without end', '<a>'.repeat(100_000)],
    ['a processing instruction', '<Tagging><?php ?></Tagging>'],
  ].map(
    ([name, body]): Refusal => ({
      name: `restXml: ${name}`,
      code: 'MalformedXML',
      status: 400,
      parse: () => parse('s3', 'PutBucketTagging', bytes(body as string), '/b?tagging'),
    }),
  ),
  {
    name: 'restXml: a word for a truth value',
    code: 'MalformedXML',
    status: 400,
    parse: () =>
      parse(
        's3',
        'PutPublicAccessBlock',
        bytes(
          '<PublicAccessBlockConfiguration><BlockPublicAcls>yes</BlockPublicAcls></PublicAccessBlockConfiguration>',
        ),
      ),
  },
  {
    name: 'restXml: a word for max-keys',
    code: 'InvalidArgument',
    status: 400,
    parse: () => parse('s3', 'ListObjectsV2', bytes(''), '/b?list-type=2&max-keys=many'),
  },
  {
    name: 'restXml: a date of S3 that is none',
    code: 'InvalidArgument',
    status: 400,
    parse: () =>
      parse('s3', 'PutObject', bytes(''), '/b/k', { 'x-amz-object-lock-retain-until-date': 'never' }),
  },
  {
    name: 'restXml: a key that is no UTF-8',
    code: 'InvalidURI',
    status: 400,
    parse: () => parse('s3', 'GetObject', bytes(''), '/b/%ff'),
  },
  {
    name: 'restXml: a query string with a broken percent-encoding',
    code: 'InvalidURI',
    status: 400,
    parse: () => parse('s3', 'ListObjectsV2', bytes(''), '/b?list-type=2&prefix=%f'),
  },
];

describe('malformed input gets the API’s own error', () => {
  for (const { name, code, status, parse: run } of refusals) {
    test(`${name}: ${code}`, () => {
      assert.throws(run, (error) => {
        assert.ok(error instanceof WireError, String(error));
        assert.equal(error.code, code);
        assert.equal(error.status, status);
        return true;
      });
    });
  }
});

test('null members count as absent, unknown ones are ignored, an empty body is an empty input', () => {
  const parsed = parse(
    'cloudtrail',
    'LookupEvents',
    bytes('{"NextToken":null,"Unknown":[1],"MaxResults":5,"__proto__":{"a":1}}'),
  );
  assert.deepEqual(parsed, { MaxResults: 5 });
  assert.deepEqual(parse('cloudtrail', 'LookupEvents', bytes('')), {});
  assert.deepEqual(parse('cloudtrail', 'LookupEvents', bytes('{"LookupAttributes":[null]}')), {
    LookupAttributes: [],
  });
  assert.deepEqual(parse('sts', 'AssumeRole', bytes('Unknown.member.1=x&RoleArn=r&RoleArn=second')), {
    RoleArn: 'r',
  });
  assert.deepEqual(
    parse('s3', 'PutBucketTagging', bytes('<Tagging><Other/><TagSet/></Tagging>'), '/b?tagging'),
    {
      Bucket: 'b',
      Tagging: { TagSet: [] },
    },
  );
  assert.deepEqual(
    parse('s3', 'GetObject', bytes(''), '/b/k', { 'if-modified-since': 'long ago', range: 'bytes=0-1' }),
    {
      Bucket: 'b',
      Key: 'k',
      Range: 'bytes=0-1',
    },
  );
});

/** Pieces that come close to a message, so that random input gets past the first check. */
const pieces = [
  ...'{}[]<>/&;=?"\',:.%#+0123 \r\n\t',
  '</',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '&amp;',
  '&#x',
  '<?xml ',
  '?>',
  'xmlns="',
  'true',
  'null',
  '1e9',
  '.member.',
  '.1.',
  'Tagging',
  'TagSet',
  'Tag',
  'Key',
  'Delete',
  'Object',
  'Action',
  'auditEvents',
  'MaxResults',
  'StartTime',
  'LookupAttributes',
  '\u0000',
  '\ud800',
  '😀',
  '%ff',
  '%00',
  '__proto__',
  'constructor',
];
const noise = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => bytes(parts.join(''))),
);
const words = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));
const headerNames = [
  'content-type',
  'content-encoding',
  'content-length',
  'expires',
  'range',
  'x-amz-meta-a',
  'x-amz-decoded-content-length',
  'x-amz-object-attributes',
  'x-amz-bypass-governance-retention',
  'x-amz-object-lock-retain-until-date',
];
const noisyHeaders = fc.dictionary(fc.constantFrom(...headerNames), words, { maxKeys: 4 });
const operations = models.flatMap((model) =>
  [...model.operations.values()].map((operation) => ({ model, operation })),
);
const seed = 1_121_2026;

test(`random input is parsed or refused, for every operation, seed ${seed}`, () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...operations),
      noise,
      words,
      words,
      noisyHeaders,
      (target, body, path, query, headers) => {
        const { model, operation } = target;
        const request = sampleRequest('PUT', `/b/${path.replaceAll('?', '')}?${query}`, headers);
        for (const name of model.protocols) {
          const protocol = protocolFor(model, name);
          try {
            assert.equal(typeof protocol.parse(operation, request, body), 'object');
          } catch (error) {
            assert.ok(error instanceof WireError, `${operation.name}: ${(error as Error).stack}`);
            const answer = protocol.writeError(error, 'r', request);
            assert.ok(answer.status >= 400 && answer.status < 500, `${operation.name}: ${answer.status}`);
          }
        }
      },
    ),
    { seed, numRuns: 5000 },
  );
});

test(`random requests are routed or refused, seed ${seed}`, () => {
  fc.assert(
    fc.property(noise, words, words, (body, path, query) => {
      for (const model of models) {
        for (const name of model.protocols) {
          try {
            protocolFor(model, name).operationName(sampleRequest('PUT', `/${path}?${query}`), body);
          } catch (error) {
            assert.ok(error instanceof WireError, (error as Error).stack);
          }
        }
      }
    }),
    { seed, numRuns: 2000 },
  );
});

test('only S3 operations of objects stream', () => {
  const streaming = operations
    .filter(({ operation }) => hasStreamingInput(operation))
    .map(({ operation }) => operation.name);
  assert.deepEqual(streaming.sort(), [
    'PutObject',
    'PutObjectAnnotation',
    'UploadPart',
    'WriteGetObjectResponse',
  ]);
});
