// SPDX-License-Identifier: Apache-2.0
import type { Policy } from './policy/policy.js';
import type { ContextValues } from './policy/request-context.js';
import type { Principal } from './principal.js';

/** One thing that a call must be allowed to do. A call with several needs each of them. */
export interface AccessNeed {
  /** `s3:GetObject`: IAM's name of the action, which is not always the operation's. */
  readonly action: string;
  /** The ARN of what is acted on; `*` for actions that know no resources. */
  readonly resource: string;
  /** How messages name the resource where it is not by its ARN: of IAM `role reader`. */
  readonly shownAs?: string;
  /** The account that the resource belongs to; absent: the caller's own. */
  readonly resourceAccountId?: string;
  /** Condition keys of request and resource. Those of the principal and those that every call has are added. */
  readonly context?: ContextValues;
  /** What the resource itself says; 'unreadable' (a policy that is damaged) refuses everybody. */
  readonly resourcePolicy?: Policy | 'unreadable';
  /**
   * 'sufficient' (buckets, topics, …): in the owner's account either side may allow; from another account both must.
   * 'required' (KMS keys, the trust policies of roles): the resource policy must allow, by naming the caller, or by naming
   * the caller's account as a whole, whose own policies then must allow.
   * Source: IAM User Guide, "Policy evaluation for requests within a single account", "Cross-account policy evaluation logic".
   */
  readonly resourcePolicyIs?: 'sufficient' | 'required';
  /** S3's other name of the caller's account. */
  readonly canonicalUserId?: string;
  /**
   * Something of the resource's besides its policy allows it, as if the policy did: a grant of a key names the caller
   * ('named'), an ACL the caller's account, whose own policies then must allow ('account').
   */
  readonly resourceGrant?: 'named' | 'account';
}

/** A policy and what it is called: for messages, simulations and DecodeAuthorizationMessage. */
export interface NamedPolicy {
  /** ARN of a managed policy, name of an inline one. */
  readonly name: string;
  readonly policy: Policy;
  readonly attachedTo?: string;
}

/** Everything that hangs on a principal and has a say. Collected by `principalPolicies`. */
export interface PrincipalPolicies {
  /** Of the user with its groups, or of the role. */
  readonly identity: readonly NamedPolicy[];
  /** Absent: no boundary. 'missing': its policy is gone, nothing is allowed. */
  readonly boundary?: NamedPolicy | 'missing';
  /** Absent: the session is not narrowed. */
  readonly session?: readonly NamedPolicy[];
  /** Service control policies, root of the organization first, then each OU, then the account. Empty: not subject to any. */
  readonly serviceControl: readonly (readonly NamedPolicy[])[];
  /** Condition keys that are in documents: tags of user or role, the organization. */
  readonly context?: ContextValues;
  /** User or role are gone since the credentials were made: nothing is allowed. */
  readonly isGone?: true;
}

export type PolicyType =
  | 'service control policy'
  | 'resource-based policy'
  | 'identity-based policy'
  | 'permissions boundary'
  | 'session policy'
  | 'role trust policy';

export type AccessDecision =
  | { readonly isAllowed: true; readonly allowedBy: readonly MatchedStatement[] }
  | {
      readonly isAllowed: false;
      /** 'explicit': a Deny of a policy of this type; 'implicit': no policy of this type allows it. */
      readonly effect: 'explicit' | 'implicit';
      readonly policyType: PolicyType;
      readonly matched: readonly MatchedStatement[];
    };

/** A statement that had a say, by policy and place. */
export interface MatchedStatement {
  readonly policyType: PolicyType;
  readonly policyName: string;
  readonly statementIndex: number;
  readonly sid: string | undefined;
}

/** Somebody who wants to do something, with all that decides it. */
export interface AccessQuestion extends AccessNeed {
  readonly principal: Principal;
  readonly policies: PrincipalPolicies;
}

/** Answers whether somebody may do something; it knows who, and all policies that hang on him. */
export type Decide = (need: AccessNeed) => AccessDecision;
