// SPDX-License-Identifier: Apache-2.0

/** A friendly name of a key, as it is kept in state under `aliasKey`. */
export interface AliasDocument {
  /** `alias/…` */
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly targetKeyId: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Source: KMS Developer Guide, "Resource quotas". */
export const aliasesPerKeyMax = 50;

/** Aliases of AWS managed keys: nobody makes or changes them. */
export const reservedAliasPrefix = 'alias/aws/';

export function aliasPrefix(accountId: string, region: string): string {
  return `key-alias/${accountId}/${region}/`;
}

export function aliasKey({
  accountId,
  region,
  name,
}: Pick<AliasDocument, 'accountId' | 'region' | 'name'>): string {
  return `${aliasPrefix(accountId, region)}${name}`;
}

export function aliasArn({
  accountId,
  region,
  name,
}: Pick<AliasDocument, 'accountId' | 'region' | 'name'>): string {
  return `arn:aws:kms:${region}:${accountId}:${name}`;
}
