// SPDX-License-Identifier: Apache-2.0
/** Oracle: the CloudTrail Data Service API Reference, "PutAuditEvents" (request and response syntax). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { protocolFor } from '../../wire/protocol.js';
import { sampleRequest } from '../../wire/testing/sample-request.js';
import { cloudtrailDataModel } from './model.js';

const protocol = protocolFor(cloudtrailDataModel, 'restJson');
const putAuditEvents = cloudtrailDataModel.operations.get('PutAuditEvents');
assert.ok(putAuditEvents);

test('the documented request is read', () => {
  const body = { auditEvents: [{ eventData: '{"version":"v"}', eventDataChecksum: 'c', id: '1' }] };
  const request = sampleRequest(
    'POST',
    '/PutAuditEvents?channelArn=arn%3Aaws%3Acloudtrail%3Aeu-west-1%3A1%3Achannel%2Fa&externalId=e',
  );
  assert.equal(protocol.operationName(request, undefined), 'PutAuditEvents');
  assert.deepEqual(
    protocol.parse(putAuditEvents, request, new Uint8Array(Buffer.from(JSON.stringify(body)))),
    {
      ...body,
      channelArn: 'arn:aws:cloudtrail:eu-west-1:1:channel/a',
      externalId: 'e',
    },
  );
});

test('the documented answer is written', () => {
  const output = {
    failed: [{ errorCode: 'InvalidData', errorMessage: 'm', id: '1' }],
    successful: [{ eventID: 'e', id: '2' }],
  };
  const answer = protocol.write(putAuditEvents, output, 'r');
  assert.equal(answer.status, 200);
  assert.deepEqual(JSON.parse(answer.body as string), output);
});
