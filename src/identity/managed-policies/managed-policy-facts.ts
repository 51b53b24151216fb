// SPDX-License-Identifier: Apache-2.0

/** What AWS publishes of a managed policy. Times in ISO 8601. */
export interface ManagedPolicyFacts {
  readonly policyName: string;
  /** `ANPA…`; absent where AWS's pages do not tell it: then it is made from the name. */
  readonly policyId?: string;
  /** `/` when absent. */
  readonly path?: string;
  readonly description: string;
  /** The default version; AWS lists the earlier ones too, here is this one. */
  readonly versionId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly statements: readonly object[];
}
