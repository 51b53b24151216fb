// SPDX-License-Identifier: Apache-2.0
import {
  type Principal,
  principalAccountId,
  principalArn,
  principalUserId,
  type SessionFacts,
} from '../principal.js';

/** Condition keys of a request, several values where a key is multivalued. Names are compared without case. */
export type ContextValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request's condition keys as operators read them. Later sources win. */
export class RequestContext {
  readonly #sources: readonly ContextValues[];
  #byKey: Map<string, readonly string[]> | undefined;

  constructor(...sources: readonly ContextValues[]) {
    this.#sources = sources;
  }

  /** Undefined when the request has no such key. */
  values(key: string): readonly string[] | undefined {
    return this.#values().get(key.toLowerCase());
  }

  /** Made when the first key is asked for: most statements are about something else altogether. */
  #values(): Map<string, readonly string[]> {
    if (this.#byKey !== undefined) return this.#byKey;
    const byKey = new Map<string, readonly string[]>();
    for (const source of this.#sources) {
      for (const key of Object.keys(source)) {
        const value = source[key];
        if (value !== undefined) byKey.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
      }
    }
    this.#byKey = byKey;
    return byKey;
  }

  /** All keys, in lower case, with their values. */
  entries(): [key: string, values: readonly string[]][] {
    return Array.from(this.#values());
  }

  /** For a policy variable: only a key with exactly one value can stand for text. */
  readonly resolve = (key: string): string | undefined => {
    const values = this.values(key);
    return values?.length === 1 ? values[0] : undefined;
  };
}

/**
 * The keys that follow from who calls, but for the tags of user or role and the organization, which are in documents
 * (`PrincipalPolicies.context`).
 * Source: IAM User Guide, "AWS global condition context keys" and the table of principal key values in "IAM policy
 * elements: Variables and tags".
 *
 * @param nowMs for the age of an MFA code; absent: the key is left out
 */
export function principalContext(principal: Principal, nowMs?: number): ContextValues {
  const session = 'session' in principal ? principal.session : undefined;
  return {
    'aws:PrincipalArn': conditionArn(principal),
    'aws:PrincipalAccount': principalAccountId(principal),
    'aws:PrincipalType': principalType(principal),
    'aws:PrincipalIsAWSService': String(principal.kind === 'service'),
    'aws:userid': principalUserId(principal),
    'aws:username': principal.kind === 'user' ? principal.userName : undefined,
    ...(principal.kind === 'service' ? serviceKeys(principal.service) : {}),
    ...(principal.kind === 'webIdentity' ? tokenKeys(principal) : {}),
    ...(session === undefined ? {} : sessionKeys(session, nowMs)),
  };
}

/** Of a session its role's ARN. Source: "AWS global condition context keys", aws:PrincipalArn. */
function conditionArn(principal: Principal): string | undefined {
  return principal.kind === 'assumedRole' ? principal.roleArn : principalArn(principal);
}

function principalType({ kind }: Principal): string | undefined {
  return {
    root: 'Account',
    user: 'User',
    assumedRole: 'AssumedRole',
    federatedUser: 'FederatedUser',
    anonymous: 'Anonymous',
    webIdentity: undefined,
    service: undefined,
  }[kind];
}

function serviceKeys(service: string): ContextValues {
  return { 'aws:PrincipalServiceName': service, 'aws:PrincipalServiceNamesList': [service] };
}

/**
 * What the bearer of a token may be asked for: `oidc.example.com/id/1:sub`.
 * Source: "IAM and AWS STS condition context keys", available keys for AWS OIDC federation.
 */
function tokenKeys(principal: Extract<Principal, { kind: 'webIdentity' }>): ContextValues {
  const { providerName, claims } = principal;
  const entries = Object.entries(claims).map(([claim, value]) => [`${providerName}:${claim}`, value]);
  return {
    ...(Object.fromEntries(entries) as ContextValues),
    [`${providerName}:aud`]: principal.audience,
    [`${providerName}:sub`]: principal.subject,
    'aws:FederatedProvider': principal.provider,
  };
}

function sessionKeys(session: SessionFacts, nowMs: number | undefined): ContextValues {
  const { mfaAuthenticatedAtMs: mfaAtMs, webIdentity } = session;
  const tags = Object.entries(session.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  const ageSec =
    mfaAtMs === undefined || nowMs === undefined ? undefined : Math.floor((nowMs - mfaAtMs) / 1_000);
  return {
    ...(Object.fromEntries(tags) as ContextValues),
    'aws:TokenIssueTime': `${new Date(session.issuedAtMs).toISOString().slice(0, 19)}Z`,
    'aws:MultiFactorAuthPresent': String(mfaAtMs !== undefined),
    'aws:MultiFactorAuthAge': ageSec === undefined ? undefined : String(Math.max(0, ageSec)),
    'aws:SourceIdentity': session.sourceIdentity,
    'aws:FederatedProvider': webIdentity?.provider,
    'aws:AssumedRoot': session.assumedRoot === undefined ? undefined : 'true',
  };
}
