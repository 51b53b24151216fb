// SPDX-License-Identifier: Apache-2.0
import { deflateRawSync } from 'node:zlib';
import type { PolicyDescriptorType } from '@aws-sdk/client-sts';
import type { SessionFacts } from '../../identity/principal.js';
import { managedPolicy } from '../../identity/principal-policies.js';
import { WireError } from '../../wire/wire-error.js';
import type { CallState } from '../service.js';
import { checkCount } from './check-input.js';
import { verifySessionPolicy } from './verify-session-policy.js';

/** Source: STS API Reference, "AssumeRole", PolicyArns and Policy. */
const policyArnsMax = 10;
const plainCharsMax = 2_048;

/**
 * What policies, ARNs and tags may take together when packed. AWS names no number; the largest policy that it takes fits
 * here too, and what is packed leaves a token half the room of a header line (`tokenCharsMax`).
 */
const packedBytesMax = 4_096;

/** What narrows a session. */
export type SessionPolicies = Pick<SessionFacts, 'policies' | 'policyArns'>;

export interface SessionPolicyInput {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: PolicyDescriptorType[] | undefined;
}

/** @param accountId whose managed policies may be named: the account of the session */
export function readSessionPolicies(
  { Policy, PolicyArns = [] }: SessionPolicyInput,
  accountId: string,
  state: Pick<CallState, 'get'>,
): SessionPolicies {
  checkCount(PolicyArns, 'policyArns', policyArnsMax);
  const policyArns = [...new Set(PolicyArns.map(({ arn }) => arn ?? ''))];
  const plainChars = (Policy ?? '').length + policyArns.join('').length;
  if (plainChars > plainCharsMax) {
    throw new WireError(
      'ValidationError',
      `1 validation error detected: Value '' at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${plainCharsMax}`,
      { status: 400 },
    );
  }
  if (Policy !== undefined) verifySessionPolicy(Policy);
  for (const arn of policyArns) verifyPolicyArn(arn, accountId, state);
  return { policies: Policy === undefined ? [] : [Policy], policyArns };
}

function verifyPolicyArn(arn: string, accountId: string, state: Pick<CallState, 'get'>): void {
  const isOfAccount = arn.startsWith('arn:aws:iam::aws:') || arn.startsWith(`arn:aws:iam::${accountId}:`);
  if (isOfAccount && managedPolicy(arn, state) !== undefined) return;
  throw new WireError(
    'MalformedPolicyDocumentException',
    `Policy ${arn.slice(0, 256)} does not exist or is not attachable.`,
    {
      status: 400,
    },
  );
}

/**
 * How much of the room for policies and tags they take, in percent. Throws PackedPolicyTooLarge above 100.
 * Undefined when there are none: AWS leaves PackedPolicySize out then.
 */
export function packedPolicySize(session: SessionPolicies & Pick<SessionFacts, 'tags'>): number | undefined {
  const { policies, policyArns, tags } = session;
  if (policies.length + policyArns.length + Object.keys(tags).length === 0) return undefined;
  const packed = deflateRawSync(JSON.stringify([policies, policyArns, tags]), { level: 9 });
  const percent = Math.ceil((100 * packed.length) / packedBytesMax);
  if (percent <= 100) return percent;
  const message = `Packed size of session policies and tags consumes ${percent}% of allotted space.`;
  throw new WireError('PackedPolicyTooLargeException', message, { status: 400 });
}
