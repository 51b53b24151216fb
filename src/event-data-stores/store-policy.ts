// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed } from '../identity/access.js';
import { type OrganizationDocument, organizationKey } from '../identity/organization-documents.js';
import { cloudTrailPrincipal } from '../identity/organizations/service-principals.js';
import { MalformedPolicyError } from '../identity/policy/malformed-policy-error.js';
import { parsePolicy } from '../identity/policy/parse-policy.js';
import type { Policy } from '../identity/policy/policy.js';
import type { ContextValues } from '../identity/policy/request-context.js';
import { type EventDataStoreDocument, eventDataStoreArn } from './event-data-store.js';

/**
 * What a delegated administrator may do with the stores of its organization, unless its own policies say otherwise.
 * Source: CloudTrail User Guide, "Understanding organization event data stores" (table of capabilities).
 */
const delegatedActions: readonly string[] = [
  'AddTags',
  'CancelQuery',
  'DeleteEventDataStore',
  'DescribeQuery',
  'DisableFederation',
  'EnableFederation',
  'GenerateQuery',
  'GenerateQueryResultsSummary',
  'GetEventConfiguration',
  'GetEventDataStore',
  'GetInsightSelectors',
  'GetQueryResults',
  'ListQueries',
  'ListTags',
  'PutEventConfiguration',
  'RemoveTags',
  'RestoreEventDataStore',
  'StartEventDataStoreIngestion',
  'StartQuery',
  'StopEventDataStoreIngestion',
  'UpdateEventDataStore',
].map((name) => `cloudtrail:${name}`);

/** Compiled policies that are kept: a policy is put rarely and asked on every call. */
const compiledMax = 1_000;
const compiled = new Map<string, Policy | 'unreadable'>();

/** A stored resource policy, compiled. One that cannot be read refuses everybody: it may have denied what is asked for. */
export function storedPolicy(text: string): Policy | 'unreadable' {
  let policy = compiled.get(text);
  if (policy === undefined) {
    policy = readable(text);
    const oldest = compiled.size >= compiledMax ? compiled.keys().next().value : undefined;
    if (oldest !== undefined) compiled.delete(oldest);
    compiled.set(text, policy);
  }
  return policy;
}

function readable(text: string): Policy | 'unreadable' {
  try {
    return parsePolicy(text, 'resource', { isStored: true });
  } catch (error) {
    if (error instanceof MalformedPolicyError) return 'unreadable';
    throw error;
  }
}

/**
 * The policy that lets delegated administrators at a store of their organization, beside whatever its owner puts.
 * Undefined where there is nobody to let in. Source: CloudTrail API Reference, "GetResourcePolicy"
 * (DelegatedAdminResourcePolicy).
 */
export function delegatedAdminPolicy(
  store: EventDataStoreDocument,
  state: { get<T>(key: string): T | undefined },
): string | undefined {
  if (store.organizationId === undefined) return undefined;
  const organization = state.get<OrganizationDocument>(organizationKey(store.organizationId));
  const delegates = Object.keys(organization?.delegatedAdministrators[cloudTrailPrincipal] ?? {}).sort();
  if (delegates.length === 0) return undefined;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DelegatedAdministrators',
        Effect: 'Allow',
        Principal: { AWS: delegates.map((account) => `arn:aws:iam::${account}:root`) },
        Action: delegatedActions,
        Resource: eventDataStoreArn(store),
      },
    ],
  });
}

/**
 * What must be allowed for an action on a store, whose policy is its resource policy. Of a store that is not there only the
 * caller's own policies can speak, and those of another account's caller never suffice.
 */
export function storeNeed(
  action: string,
  place: Pick<EventDataStoreDocument, 'accountId' | 'region' | 'id'>,
  store: EventDataStoreDocument | undefined,
  state: { get<T>(key: string): T | undefined },
): AccessNeed {
  const tags = Object.entries(store?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  const resourcePolicy = store === undefined ? undefined : policyOfStore(store, state);
  return {
    action,
    resource: eventDataStoreArn(place),
    resourceAccountId: place.accountId,
    resourcePolicyIs: 'sufficient',
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    context: Object.fromEntries(tags) as ContextValues,
  };
}

function policyOfStore(
  store: EventDataStoreDocument,
  state: { get<T>(key: string): T | undefined },
): Policy | 'unreadable' | undefined {
  const texts = [store.resourcePolicy, delegatedAdminPolicy(store, state)];
  const policies = texts.filter((text) => text !== undefined).map(storedPolicy);
  const [first, second] = policies;
  if (first === undefined || second === undefined) return first;
  if (first === 'unreadable' || second === 'unreadable') return 'unreadable';
  return { ...first, statements: [...first.statements, ...second.statements] };
}
