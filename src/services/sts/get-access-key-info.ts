// SPDX-License-Identifier: Apache-2.0
import type { GetAccessKeyInfoRequest, GetAccessKeyInfoResponse } from '@aws-sdk/client-sts';
import { accountOfAccessKeyId } from '../../identity/access-key-id.js';
import { type AccessKeyDocument, accessKeyKey } from '../../identity/access-keys.js';
import { type AccountDocument, accountKey } from '../../identity/account-documents.js';
import type { Handler } from '../service.js';
import { checkText } from './check-input.js';
import { validationError } from './sts-errors.js';

const keyIdRule = { min: 16, max: 128, pattern: /^\w*$/, written: '[\\w]*' };

/** Source: STS API Reference, "GetAccessKeyInfo". Temporary keys carry their account; nothing else knows them. */
export const getAccessKeyInfo: Handler<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse> = (
  { AccessKeyId },
  { state },
) => {
  const accessKeyId = checkText(AccessKeyId ?? '', 'accessKeyId', keyIdRule);
  const kept = state.get<AccessKeyDocument>(accessKeyKey(accessKeyId))?.accountId;
  const carried = kept === undefined ? accountOfAccessKeyId(accessKeyId) : undefined;
  const isThere = carried !== undefined && state.get<AccountDocument>(accountKey(carried)) !== undefined;
  const accountId = kept ?? (isThere ? carried : undefined);
  if (accountId === undefined) throw validationError('The specified access key does not exist.');
  return { Account: accountId };
};
