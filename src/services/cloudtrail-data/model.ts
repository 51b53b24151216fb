// SPDX-License-Identifier: Apache-2.0
import type {
  StaticErrorSchema,
  StaticListSchema,
  StaticOperationSchema,
  StaticStructureSchema,
} from '@smithy/types';
import { modelFromClient } from '../../wire/model-from-client.js';

/**
 * Schemas by hand, in the form that SDK clients export. A structure is [kind, namespace, name, traits, members'
 * names, members' schemas, how many of them are required]; 0 is a string.
 * Source: CloudTrail Data Service API Reference, "PutAuditEvents".
 */
const namespace = 'com.amazonaws.cloudtraildata';

const auditEvent: StaticStructureSchema = [
  3,
  namespace,
  'AuditEvent',
  0,
  ['id', 'eventData', 'eventDataChecksum'],
  [0, 0, 0],
  2,
];
const resultEntry: StaticStructureSchema = [
  3,
  namespace,
  'AuditEventResultEntry',
  0,
  ['id', 'eventID'],
  [0, 0],
  2,
];
const errorEntry: StaticStructureSchema = [
  3,
  namespace,
  'ResultErrorEntry',
  0,
  ['id', 'errorCode', 'errorMessage'],
  [0, 0, 0],
  3,
];

const auditEvents: StaticListSchema = [1, namespace, 'AuditEvents', 0, () => auditEvent];
const resultEntries: StaticListSchema = [1, namespace, 'AuditEventResultEntries', 0, () => resultEntry];
const errorEntries: StaticListSchema = [1, namespace, 'ResultErrorEntries', 0, () => errorEntry];

const input: StaticStructureSchema = [
  3,
  namespace,
  'PutAuditEventsRequest',
  0,
  ['auditEvents', 'channelArn', 'externalId'],
  [() => auditEvents, [0, { httpQuery: 'channelArn' }], [0, { httpQuery: 'externalId' }]],
  2,
];
const output: StaticStructureSchema = [
  3,
  namespace,
  'PutAuditEventsResponse',
  0,
  ['successful', 'failed'],
  [() => resultEntries, () => errorEntries],
  2,
];
const putAuditEvents: StaticOperationSchema = [
  9,
  namespace,
  'PutAuditEvents',
  { http: ['POST', '/PutAuditEvents', 200] },
  () => input,
  () => output,
];

/** None of them names a status: 400, as for every client error without one. */
const errors = [
  'ChannelInsufficientPermission',
  'ChannelNotFound',
  'ChannelUnsupportedSchema',
  'DuplicatedAuditEventId',
  'InvalidChannelARN',
  'UnsupportedOperationException',
].map((name): StaticErrorSchema => [-3, namespace, name, { error: 'client' }, ['message'], [0]]);

export const cloudtrailDataModel = modelFromClient(() => ({ putAuditEvents, ...errors }), {
  id: 'cloudtrail-data',
  signingNames: ['cloudtrail-data'],
  protocols: ['restJson'],
  targetPrefixes: [],
  apiVersion: '2021-08-11',
  xmlNamespace: '',
  hostLabels: ['cloudtrail-data'],
  // AWS takes 1 MB of events a request; as strings inside JSON they may need twice that and more.
  bodyBytesMax: 4 * 1024 * 1024,
});
