// SPDX-License-Identifier: Apache-2.0
/** Oracle: the answers that AWS's API references show ("Common Errors", "Error responses", the operations' examples). */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { inertServices } from '../services/inert-services.js';
import { protocolFor, type ServerProtocol } from './protocol.js';
import type { OperationModel } from './service-model.js';
import { sampleRequest } from './testing/sample-request.js';
import { WireError } from './wire-error.js';

const models = (await inertServices()).map(({ model }) => model);

interface Api {
  readonly protocol: ServerProtocol;
  operation(name: string): OperationModel;
}

function api(id: string): Api {
  const model = models.find((candidate) => candidate.id === id);
  assert.ok(model);
  const protocol = protocolFor(model, model.protocols[0] ?? 'restXml');
  const operation = (name: string) => {
    const found = model.operations.get(name);
    assert.ok(found, name);
    return found;
  };
  return { protocol, operation };
}

const cloudtrail = api('cloudtrail');
const data = api('cloudtrail-data');
const sts = api('sts');
const s3 = api('s3');
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const s3Namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

describe('awsJson', () => {
  test('an answer: epoch seconds, no absent members', () => {
    const { protocol, operation } = cloudtrail;
    const event = {
      EventId: 'e',
      EventTime: new Date(1_574_000_000_500),
      Username: undefined,
      Resources: [],
    };
    const answer = protocol.write(operation('LookupEvents'), { Events: [event] }, 'r-1');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.1');
    assert.equal(answer.headers['x-amzn-requestid'], 'r-1');
    assert.equal(answer.body, '{"Events":[{"EventId":"e","EventTime":1574000000.5,"Resources":[]}]}');
  });

  test('an error: 400 whatever the model’s status (here 404), and the model’s name of the message', () => {
    const error = new WireError('TrailNotFoundException', 'Unknown trail', {
      status: 418,
      headers: { 'retry-after': '1' },
    });
    const answer = cloudtrail.protocol.writeError(error, 'r-1');
    assert.equal(answer.status, 400);
    assert.equal(answer.headers['retry-after'], '1');
    assert.deepEqual(JSON.parse(answer.body as string), {
      __type: 'TrailNotFoundException',
      Message: 'Unknown trail',
    });
  });

  test('an error that the model does not know: its own status, 400 by default', () => {
    const known = cloudtrail.protocol.writeError(new WireError('InternalFailure', 'm', { status: 500 }), 'r');
    assert.equal(known.status, 500);
    assert.deepEqual(JSON.parse(known.body as string), { __type: 'InternalFailure', message: 'm' });
    assert.equal(cloudtrail.protocol.writeError(new WireError('ValidationException', 'm'), 'r').status, 400);
  });

  test('JSON 1.0 is answered in JSON 1.0', () => {
    const model = models.find(({ id }) => id === 'cloudtrail');
    assert.ok(model);
    const protocol = protocolFor(model, 'awsJson1_0');
    assert.equal(protocol, protocolFor(model, 'awsJson1_0'), 'made once');
    const answer = protocol.write(cloudtrail.operation('StartLogging'), {}, 'r');
    assert.equal(answer.headers['content-type'], 'application/x-amz-json-1.0');
    assert.equal(answer.body, '{}');
  });
});

describe('awsQuery', () => {
  test('an answer in its wrappers', () => {
    const output = { UserId: '1', Account: '111122223333', Arn: 'arn:aws:iam::111122223333:root' };
    const answer = sts.protocol.write(sts.operation('GetCallerIdentity'), output, 'r-1');
    assert.equal(answer.headers['content-type'], 'text/xml');
    assert.equal(
      answer.body,
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
        '<UserId>1</UserId><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:root</Arn>' +
        '</GetCallerIdentityResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>',
    );
  });

  test('an error by its query code, which is not the shape’s name', () => {
    const answer = sts.protocol.writeError(new WireError('MalformedPolicyDocumentException', 'a < b'), 'r-1');
    assert.equal(answer.status, 400);
    assert.equal(
      answer.body,
      '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
        '<Code>MalformedPolicyDocument</Code><Message>a &lt; b</Message></Error><RequestId>r-1</RequestId></ErrorResponse>',
    );
  });

  test('the query code finds the model too, and a fault of ours is the receiver’s', () => {
    assert.equal(sts.protocol.writeError(new WireError('IDPRejectedClaim', 'm'), 'r').status, 403);
    const answer = sts.protocol.writeError(new WireError('InternalFailure', 'm', { status: 500 }), 'r');
    assert.match(answer.body as string, /<Type>Receiver<\/Type><Code>InternalFailure<\/Code>/);
  });
});

describe('restJson', () => {
  test('an answer and an error', () => {
    const { protocol, operation } = data;
    const output = { successful: [{ id: 'a', eventID: 'b' }], failed: [] };
    const answer = protocol.write(operation('PutAuditEvents'), output, 'r-1');
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(answer.body as string), output);
    const refusal = protocol.writeError(new WireError('ChannelNotFound', 'no such channel'), 'r-1');
    assert.equal(refusal.status, 400);
    assert.equal(refusal.headers['x-amzn-errortype'], 'ChannelNotFound');
    assert.deepEqual(JSON.parse(refusal.body as string), { message: 'no such channel' });
  });
});

describe('restXml', () => {
  const write = (name: string, output: unknown) => s3.protocol.write(s3.operation(name), output, 'r-1');

  test('a listing: root, namespace, flattened lists, times in milliseconds', () => {
    const answer = write('ListObjectsV2', {
      Name: 'b',
      IsTruncated: false,
      Contents: [
        { Key: 'a&b\u0001\r', LastModified: new Date(1_574_000_000_000), Size: 0 },
        { Key: 'c', Size: 1 },
      ],
      CommonPrefixes: [],
    });
    assert.equal(answer.headers['content-type'], 'application/xml');
    assert.equal(
      answer.body,
      `${declaration}<ListBucketResult ${s3Namespace}><IsTruncated>false</IsTruncated>` +
        '<Contents><Key>a&amp;b&#x1;&#xD;</Key><LastModified>2019-11-17T14:13:20.000Z</LastModified><Size>0</Size></Contents>' +
        '<Contents><Key>c</Key><Size>1</Size></Contents><Name>b</Name></ListBucketResult>',
    );
  });

  test('GetBucketLocation has no wrapper', () => {
    const open = `${declaration}<LocationConstraint ${s3Namespace}>`;
    assert.equal(
      write('GetBucketLocation', { LocationConstraint: 'eu-west-1' }).body,
      `${open}eu-west-1</LocationConstraint>`,
    );
    assert.equal(write('GetBucketLocation', {}).body, `${open}</LocationConstraint>`);
  });

  test('a document without members is still a document', () => {
    assert.equal(
      write('GetBucketVersioning', {}).body,
      `${declaration}<VersioningConfiguration ${s3Namespace}/>`,
    );
  });

  test('a grantee names its type in an attribute', () => {
    const Grants = [{ Grantee: { Type: 'CanonicalUser', ID: 'i' }, Permission: 'FULL_CONTROL' }];
    assert.equal(
      write('GetBucketAcl', { Grants }).body,
      `${declaration}<AccessControlPolicy ${s3Namespace}><AccessControlList><Grant>` +
        '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>i</ID></Grantee>' +
        '<Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>',
    );
  });

  test('a bucket policy is the text that was put', () => {
    const answer = write('GetBucketPolicy', { Policy: '{"Version":"2012-10-17"}' });
    assert.equal(answer.body, '{"Version":"2012-10-17"}');
    assert.equal(answer.headers['content-type'], 'text/plain');
  });

  test('no body where there is nothing to say', () => {
    const answer = write('DeleteBucket', undefined);
    assert.deepEqual(
      [answer.status, answer.body, answer.headers['content-type']],
      [204, undefined, undefined],
    );
    assert.equal(write('PutObject', { ETag: '"e"' }).body, undefined);
  });

  test('an object: the stream as it is, headers from members, 206 for a range', () => {
    const Body = Readable.from(['x']);
    const answer = write('GetObject', {
      Body,
      ContentLength: 1,
      ContentType: 'text/plain',
      ContentRange: 'bytes 0-0/5',
      LastModified: new Date(1_574_000_000_000),
      ExpiresString: 'whenever',
      Metadata: { 'my-key': 'v' },
    });
    assert.equal(answer.body, Body);
    assert.equal(answer.status, 206);
    assert.equal(answer.headers['content-length'], '1');
    assert.equal(answer.headers['last-modified'], 'Sun, 17 Nov 2019 14:13:20 GMT');
    assert.equal(answer.headers.expires, 'whenever');
    assert.equal(answer.headers['x-amz-meta-my-key'], 'v');
  });

  test('a header’s value cannot begin another header', () => {
    const answer = write('GetObject', {
      ContentDisposition: 'inline\r\nset-cookie: a=b',
      ContentLanguage: 'größe',
      Metadata: { a: 'x\ny', b: 'größe' },
    });
    assert.equal(answer.headers['content-disposition'], 'inline  set-cookie: a=b');
    assert.equal(answer.headers['content-language'], Buffer.from('größe').toString('latin1'));
    assert.equal(answer.headers['x-amz-meta-a'], 'x y');
    assert.equal(answer.headers['x-amz-meta-b'], `=?UTF-8?B?${Buffer.from('größe').toString('base64')}?=`);
  });

  test('an error with S3’s fields, the same identifiers in headers and body', () => {
    const error = new WireError('NoSuchBucket', 'The specified bucket does not exist', {
      fields: { BucketName: 'b<' },
    });
    const answer = s3.protocol.writeError(error, 'r-1', sampleRequest('GET', '/b%3C/k?x'));
    const hostId = answer.headers['x-amz-id-2'];
    assert.equal(answer.status, 404);
    assert.equal(answer.headers['x-amz-request-id'], 'r-1');
    assert.equal(answer.headers['content-type'], 'application/xml');
    assert.equal(
      answer.body,
      `${declaration}<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message>` +
        `<BucketName>b&lt;</BucketName><Resource>/b%3C/k</Resource><RequestId>r-1</RequestId><HostId>${hostId}</HostId></Error>`,
    );
  });

  test('HEAD and 304 have no body', () => {
    const head = s3.protocol.writeError(new WireError('NoSuchKey', 'm'), 'r', sampleRequest('HEAD', '/b/k'));
    assert.deepEqual([head.status, head.body], [404, undefined]);
    const error = new WireError('NotModified', 'm', { status: 304, headers: { etag: '"e"' } });
    const unchanged = s3.protocol.writeError(error, 'r', sampleRequest('GET', '/b/k'));
    assert.deepEqual([unchanged.status, unchanged.body, unchanged.headers.etag], [304, undefined, '"e"']);
  });

  test('an upload in chunks is seen without them, and headers as the UTF-8 that they are', () => {
    const request = sampleRequest('PUT', '/b/a%20b/%2F+', {
      'content-encoding': 'aws-chunked,gzip',
      'content-length': '166',
      'x-amz-decoded-content-length': '65',
      'x-amz-meta-size': Buffer.from('größe').toString('latin1'),
    });
    const body = Readable.from(['x']);
    assert.deepEqual(s3.protocol.parse(s3.operation('PutObject'), request, body), {
      Bucket: 'b',
      Key: 'a b//+',
      ContentEncoding: 'gzip',
      ContentLength: 65,
      Metadata: { size: 'größe' },
      Body: body,
    });
  });

  test('query values: + is a space, an empty number is none', () => {
    const request = sampleRequest('GET', '/b?list-type=2&prefix=a+b%2Bc&max-keys=&delimiter=');
    assert.deepEqual(s3.protocol.parse(s3.operation('ListObjectsV2'), request, new Uint8Array()), {
      Bucket: 'b',
      Prefix: 'a b+c',
      Delimiter: '',
    });
  });
});
