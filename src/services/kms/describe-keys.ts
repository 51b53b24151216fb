// SPDX-License-Identifier: Apache-2.0
import type {
  DescribeKeyRequest,
  DescribeKeyResponse,
  ListKeysRequest,
  ListKeysResponse,
} from '@aws-sdk/client-kms';
import { type AliasDocument, aliasKey } from '../../keys/alias.js';
import { newAwsManagedKey } from '../../keys/aws-managed-key.js';
import { isDeleted, type KeyDocument, keyArn, keyPrefix } from '../../keys/key.js';
import type { Handler } from '../service.js';
import { toKeyMetadata } from './key-metadata.js';
import { authorizedKey, placeOf, putKey } from './key-request.js';
import type { KmsDependencies } from './kms-dependencies.js';
import { pageOfState } from './paging.js';

/**
 * The alias of an AWS managed key that is not there yet makes it.
 * Source: KMS API Reference, "DescribeKey" ("If you specify a predefined AWS alias").
 */
export function describeKeyHandler({
  materials,
}: KmsDependencies): Handler<DescribeKeyRequest, DescribeKeyResponse> {
  return async (input, call) => {
    const name = input.KeyId ?? '';
    if (call.state.get<AliasDocument>(aliasKey({ ...placeOf(call), name })) === undefined) {
      const made = await newAwsManagedKey(name, placeOf(call), materials);
      if (made !== undefined) {
        putKey(made.key, call);
        call.state.put(aliasKey(made.alias), made.alias);
      }
    }
    const key = authorizedKey(name, call, {
      action: 'kms:DescribeKey',
      byAlias: true,
      acrossAccounts: true,
      grantTokens: input.GrantTokens,
    });
    return { KeyMetadata: toKeyMetadata(key) };
  };
}

/** Source: KMS API Reference, "ListKeys". */
export const listKeys: Handler<ListKeysRequest, ListKeysResponse> = (input, call) => {
  const { items, ...page } = pageOfState<KeyDocument>(
    `${keyPrefix}${call.accountId}/${call.region}/`,
    input,
    { byDefault: 100, max: 1000 },
    call,
    (key) => !isDeleted(key, call.receivedAtMs),
  );
  return { Keys: items.map((key) => ({ KeyId: key.id, KeyArn: keyArn(key) })), ...page };
};
