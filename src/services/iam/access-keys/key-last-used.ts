// SPDX-License-Identifier: Apache-2.0
import type { GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse } from '@aws-sdk/client-iam';
import { type AccessKeyDocument, accessKeyKey } from '../../../identity/access-keys.js';
import { accessKeyLastUsedKey, type LastUsedDocument } from '../../../identity/iam-documents.js';
import type { Handler } from '../../service.js';
import { iamDate } from '../shared/iam-date.js';
import { noSuchEntity } from '../shared/iam-error.js';
import { InputRules } from '../shared/input-rules.js';

/**
 * When, where and for what a key was used last; `N/A` for one that was never used. Keys of other accounts are nobody's.
 * Source: IAM API Reference, "AccessKeyLastUsed".
 */
export const getAccessKeyLastUsed: Handler<GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse> = (
  { AccessKeyId: id = '' },
  { state, accountId },
) => {
  new InputRules().text('accessKeyId', id, { min: 16, max: 128, pattern: String.raw`[\w]+` }).verify();
  const key = state.get<AccessKeyDocument>(accessKeyKey(id));
  if (key === undefined || key.accountId !== accountId)
    throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  const used = state.get<LastUsedDocument>(accessKeyLastUsedKey(id));
  return {
    ...(key.owner.kind === 'user' ? { UserName: key.owner.userName } : {}),
    AccessKeyLastUsed: {
      ...(used === undefined ? {} : { LastUsedDate: iamDate(used.atMs) }),
      ServiceName: used?.serviceName ?? 'N/A',
      Region: used?.region ?? 'N/A',
    } as GetAccessKeyLastUsedResponse['AccessKeyLastUsed'],
  };
};
