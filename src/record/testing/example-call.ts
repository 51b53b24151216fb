// SPDX-License-Identifier: Apache-2.0
import type { CallFacts } from '../build-record.js';

/** A call that succeeded, for tests that care about one part of its record. */
export function exampleCall(service: string, operation: string, facts: Partial<CallFacts> = {}): CallFacts {
  return {
    eventId: 'a1b2c3d4-5678-90ab-cdef-111111111111',
    requestId: 'a1b2c3d4-5678-90ab-cdef-222222222222',
    eventTimeMs: Date.UTC(2026, 10, 21, 10, 0, 0, 999),
    eventSource: `${service}.amazonaws.com`,
    eventName: operation,
    region: 'eu-central-1',
    accountId: '111122223333',
    userIdentity: {
      type: 'Root',
      principalId: '111122223333',
      arn: 'arn:aws:iam::111122223333:root',
      accountId: '111122223333',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    },
    sourceIp: '192.0.2.1',
    userAgent: 'aws-cli/2.31.0',
    host: `${service}.eu-central-1.amazonaws.com`,
    notes: { resources: [], additionalEventData: {} },
    ...facts,
  };
}
