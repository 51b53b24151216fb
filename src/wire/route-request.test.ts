// SPDX-License-Identifier: Apache-2.0
/** Oracle: the requests that AWS's clients and documentation send to each service; the hosts of "Virtual hosting of buckets". */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inertServices } from '../services/inert-services.js';
import { protocolOfCaller, routeOperation, routeService, signingName } from './route-request.js';
import { sampleRequest, scopeOf } from './testing/sample-request.js';
import { WireError } from './wire-error.js';

const models = (await inertServices()).map(({ model }) => model);

const options = { baseHosts: ['audit.example.com'] };
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
const longTarget = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents';
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

interface Case {
  readonly name: string;
  readonly request: readonly [method: string, address: string, headers: Record<string, string>];
  readonly body?: string;
  readonly service: string;
  readonly protocol: string;
  readonly operation: string;
}

const cases: readonly Case[] = [
  {
    name: 'CloudTrail by scope, short target',
    request: ['POST', '/', { ...scopeOf('cloudtrail'), 'x-amz-target': 'CloudTrail_20131101.LookupEvents' }],
    service: 'cloudtrail',
    protocol: 'awsJson1_1',
    operation: 'LookupEvents',
  },
  {
    name: 'CloudTrail by scope, long target, JSON 1.0',
    request: [
      'POST',
      '/',
      { ...scopeOf('cloudtrail'), 'x-amz-target': longTarget, 'content-type': 'application/x-amz-json-1.0' },
    ],
    service: 'cloudtrail',
    protocol: 'awsJson1_0',
    operation: 'LookupEvents',
  },
  {
    name: 'CloudTrail unsigned, by target',
    request: ['POST', '/', { 'x-amz-target': longTarget }],
    service: 'cloudtrail',
    protocol: 'awsJson1_1',
    operation: 'LookupEvents',
  },
  {
    name: 'PutAuditEvents by scope',
    request: ['POST', '/PutAuditEvents?channelArn=c', scopeOf('cloudtrail-data')],
    service: 'cloudtrail-data',
    protocol: 'restJson',
    operation: 'PutAuditEvents',
  },
  {
    name: 'PutAuditEvents unsigned, by path',
    request: ['POST', '/PutAuditEvents', {}],
    service: 'cloudtrail-data',
    protocol: 'restJson',
    operation: 'PutAuditEvents',
  },
  {
    name: 'STS by scope, form',
    request: ['POST', '/', { ...scopeOf('sts'), ...form }],
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    service: 'sts',
    protocol: 'awsQuery',
    operation: 'GetCallerIdentity',
  },
  {
    name: 'STS unsigned, form',
    request: ['POST', '/', form],
    body: 'Action=AssumeRoleWithWebIdentity',
    service: 'sts',
    protocol: 'awsQuery',
    operation: 'AssumeRoleWithWebIdentity',
  },
  {
    name: 'STS presigned, in the query',
    request: [
      'GET',
      '/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Credential=AK%2F20261121%2Feu-west-1%2Fsts%2Faws4_request',
      {},
    ],
    service: 'sts',
    protocol: 'awsQuery',
    operation: 'GetCallerIdentity',
  },
  {
    name: 'S3 by scope, with a form type that curl adds',
    request: ['PUT', '/b/k', { ...scopeOf('s3'), ...form }],
    service: 's3',
    protocol: 'restXml',
    operation: 'PutObject',
  },
  {
    name: 'S3 presigned with SigV4a, which has no Region',
    request: ['GET', '/b/k?X-Amz-Credential=AK/20261121/s3/aws4_request', {}],
    service: 's3',
    protocol: 'restXml',
    operation: 'GetObject',
  },
  {
    name: 'S3 unsigned',
    request: ['GET', '/b/k', { host: '127.0.0.1:4577' }],
    service: 's3',
    protocol: 'restXml',
    operation: 'GetObject',
  },
  {
    name: 'STS unsigned, by host',
    request: ['GET', '/?Action=GetCallerIdentity', { host: 'sts.eu-west-1.amazonaws.com' }],
    service: 'sts',
    protocol: 'awsQuery',
    operation: 'GetCallerIdentity',
  },
  {
    name: 'a bucket with the name of a service, unsigned',
    request: ['GET', '/k', { host: 'cloudtrail.s3.audit.example.com' }],
    service: 's3',
    protocol: 'restXml',
    operation: 'GetObject',
  },
];

describe('service, protocol and operation of a request', () => {
  for (const { name, request, body, service, protocol, operation } of cases) {
    test(name, () => {
      const route = routeService(sampleRequest(...request), models, options);
      assert.ok(route);
      const found = routeOperation(route, bytes(body ?? ''));
      assert.deepEqual(
        [found.model.id, found.protocol.name, found.operation.name],
        [service, protocol, operation],
      );
    });
  }

  test('a scope of a service that is not there finds none, whatever the path', () => {
    assert.equal(routeService(sampleRequest('GET', '/b/k', scopeOf('dynamodb')), models, options), undefined);
  });

  test('the body streams for PutObject and UploadPart alone', () => {
    const streams = (method: string, address: string) =>
      routeService(sampleRequest(method, address, scopeOf('s3')), models, options)?.streamsBody;
    assert.equal(streams('PUT', '/b/k'), true);
    assert.equal(streams('PUT', '/b/k?uploadId=u&partNumber=1'), true);
    assert.equal(streams('PUT', '/b?policy'), false);
    assert.equal(streams('POST', '/b?delete'), false);
    assert.equal(streams('GET', '/b/k'), false);
  });
});

describe('virtual-host-style addresses become path-style ones for parsing', () => {
  const hosts: readonly (readonly [host: string, path: string, expected: string])[] = [
    ['my-bucket.s3.eu-west-1.amazonaws.com', '/a/b', '/my-bucket/a/b'],
    ['my.dotted.bucket.s3.amazonaws.com', '/', '/my.dotted.bucket/'],
    ['b.s3-eu-west-1.amazonaws.com', '/k', '/b/k'],
    ['b.s3.dualstack.eu-west-1.amazonaws.com:443', '/k', '/b/k'],
    ['s3.eu-west-1.amazonaws.com', '/b/k', '/b/k'],
    ['s3.amazonaws.com', '/b/k', '/b/k'],
    ['my-bucket.localhost:4577', '/k', '/my-bucket/k'],
    ['my-bucket.s3.localhost:4577', '/k', '/my-bucket/k'],
    ['s3.localhost:4577', '/b/k', '/b/k'],
    ['localhost:4577', '/b/k', '/b/k'],
    ['B.AUDIT.example.com', '/k', '/b/k'],
    ['b.s3.audit.example.com', '/k', '/b/k'],
    ['audit.example.com', '/b/k', '/b/k'],
    ['127.0.0.1:4577', '/b/k', '/b/k'],
    ['10.0.0.1', '/b/k', '/b/k'],
    ['[::1]:4577', '/b/k', '/b/k'],
    ['b.elsewhere.example.org', '/k', '/k'],
    ['under_score.localhost', '/k', '/k'],
    ['', '/b/k', '/b/k'],
  ];
  for (const [host, path, expected] of hosts) {
    test(`${host}${path} is ${expected}`, () => {
      const request = sampleRequest('GET', path, { ...scopeOf('s3'), host });
      assert.equal(routeService(request, models, options)?.request.rawPath, expected);
      assert.equal(request.rawPath, path, 'the original stays as it was for the signature');
    });
  }
});

describe('no such operation', () => {
  const refusals: readonly (readonly [Case['request'], string, string, number])[] = [
    [
      ['POST', '/', { ...scopeOf('cloudtrail'), 'x-amz-target': 'CloudTrail_20131101.Nonsense' }],
      '',
      'UnknownOperationException',
      400,
    ],
    [
      ['POST', '/', { ...scopeOf('cloudtrail'), 'x-amz-target': 'Other_1.LookupEvents' }],
      '',
      'UnknownOperationException',
      400,
    ],
    [['POST', '/', scopeOf('cloudtrail')], '', 'UnknownOperationException', 400],
    [['POST', '/', { ...scopeOf('sts'), ...form }], 'Version=2011-06-15', 'MissingAction', 400],
    [['POST', '/', { ...scopeOf('sts'), ...form }], 'Action=Nonsense', 'InvalidAction', 400],
    [['POST', '/', { ...scopeOf('sts'), ...form }], 'Action=%zz', 'MalformedQueryString', 404],
    [['GET', '/PutAuditEvents', scopeOf('cloudtrail-data')], '', 'UnknownOperationException', 404],
    [['PATCH', '/b/k', scopeOf('s3')], '', 'MethodNotAllowed', 405],
  ];
  for (const [request, body, code, status] of refusals) {
    test(`${request[0]} ${request[1]} ${body}: ${code}`, () => {
      const route = routeService(sampleRequest(...request), models, options);
      assert.ok(route);
      assert.throws(
        () => routeOperation(route, bytes(body)),
        (error) => {
          assert.ok(error instanceof WireError);
          assert.equal(error.code, code);
          assert.equal(route.protocol.writeError(error, 'r').status, status);
          return true;
        },
      );
    });
  }
});

test('an unsigned form is tried on every query service', () => {
  const [sts] = models.filter(({ id }) => id === 'sts');
  assert.ok(sts);
  const empty = { ...sts, id: 'other', operations: new Map() };
  const route = routeService(sampleRequest('POST', '/', form), [empty, sts], options);
  assert.ok(route);
  assert.equal(route.model.id, 'other');
  assert.equal(routeOperation(route, bytes('Action=GetCallerIdentity')).model.id, 'sts');
});

test('the service of a credential that is not one is unknown', () => {
  for (const value of [
    'Bearer token',
    'AWS4-HMAC-SHA256 Credential=AK',
    'AWS4-HMAC-SHA256 Credential=a/b/c/d/e',
    '',
  ]) {
    assert.equal(signingName(sampleRequest('GET', '/', { authorization: value })), undefined);
  }
});

test('a caller of no service is answered in what it seems to speak', () => {
  assert.equal(
    protocolOfCaller(sampleRequest('POST', '/', { 'x-amz-target': 'DynamoDB_20120810.X' })).name,
    'awsJson1_1',
  );
  assert.equal(protocolOfCaller(sampleRequest('POST', '/', form)).name, 'awsQuery');
  assert.equal(protocolOfCaller(sampleRequest('GET', '/b/k')).name, 'restXml');
});
