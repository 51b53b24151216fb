// SPDX-License-Identifier: Apache-2.0
import { type Principal, principalArn } from '../principal.js';

/** Condition keys of a request, several values where a key is multivalued. Names are compared without case. */
export type ContextValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request's condition keys as operators read them. */
export class RequestContext {
  readonly #values = new Map<string, readonly string[]>();

  constructor(...sources: readonly ContextValues[]) {
    for (const source of sources) {
      for (const [key, value] of Object.entries(source)) {
        if (value === undefined) continue;
        this.#values.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
      }
    }
  }

  /** Undefined when the request has no such key. */
  values(key: string): readonly string[] | undefined {
    return this.#values.get(key.toLowerCase());
  }

  /** For a policy variable: only a key with exactly one value can stand for text. */
  readonly resolve = (key: string): string | undefined => {
    const values = this.values(key);
    return values?.length === 1 ? values[0] : undefined;
  };
}

/**
 * The keys that follow from who calls. Source: IAM User Guide, "AWS global condition context keys" and the table of
 * principal key values in "IAM policy elements: Variables and tags".
 */
export function principalContext(principal: Principal): ContextValues {
  switch (principal.kind) {
    case 'root':
      return {
        'aws:PrincipalArn': principalArn(principal),
        'aws:PrincipalAccount': principal.accountId,
        'aws:PrincipalType': 'Account',
        'aws:PrincipalIsAWSService': 'false',
        'aws:userid': principal.accountId,
      };
    case 'user':
    case 'assumedRole':
    case 'federatedUser':
    case 'webIdentity':
      return { 'aws:PrincipalIsAWSService': 'false' };
    case 'anonymous':
      return {
        'aws:PrincipalType': 'Anonymous',
        'aws:PrincipalIsAWSService': 'false',
        'aws:userid': 'anonymous',
      };
    case 'service':
      return {
        'aws:PrincipalIsAWSService': 'true',
        'aws:PrincipalServiceName': principal.service,
        'aws:PrincipalServiceNamesList': [principal.service],
      };
  }
}
