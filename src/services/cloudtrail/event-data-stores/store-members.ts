// SPDX-License-Identifier: Apache-2.0
import type { CreateEventDataStoreRequest, UpdateEventDataStoreRequest } from '@aws-sdk/client-cloudtrail';
import type { BillingMode } from '../../../event-data-stores/event-data-store.js';
import { retentionProblem } from '../../../event-data-stores/store-rules.js';
import { WireError } from '../../../wire/wire-error.js';
import { MemberRules } from '../verify-members.js';

const billingModes: readonly BillingMode[] = ['EXTENDABLE_RETENTION_PRICING', 'FIXED_RETENTION_PRICING'];

/** Source: CloudTrail API Reference, "CreateEventDataStore", "UpdateEventDataStore" (request parameters). */
export function verifyStoreMembers(input: CreateEventDataStoreRequest | UpdateEventDataStoreRequest): void {
  new MemberRules()
    .text('name', input.Name, { min: 3, max: 128, pattern: /^[a-zA-Z0-9._-]+$/ })
    .number('retentionPeriod', input.RetentionPeriod, 7, 3653)
    .text('kmsKeyId', input.KmsKeyId, { min: 1, max: 350, pattern: /^[a-zA-Z0-9._/\-:]+$/ })
    .oneOf('billingMode', input.BillingMode, billingModes)
    .verify();
}

export function verifyRetention(days: number, billingMode: BillingMode): void {
  const problem = retentionProblem(days, billingMode);
  if (problem !== undefined) throw invalidParameter(problem);
}

export function invalidParameter(message: string): WireError {
  return new WireError('InvalidParameterException', message);
}
