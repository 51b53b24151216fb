// SPDX-License-Identifier: Apache-2.0

/** What a search can ask of, by the names that callers use: columns of segments. */
export const searchFields = {
  eventName: 'eventname',
  eventSource: 'eventsource',
  eventId: 'eventid',
  eventType: 'eventtype',
  account: 'account',
  category: 'category',
  region: 'region',
  sourceIp: 'sourceipaddress',
  userAgent: 'useragent',
  errorCode: 'errorcode',
  errorMessage: 'errormessage',
  readOnly: 'readonly',
  requestId: 'requestid',
  recipientAccountId: 'recipientaccountid',
  accessKeyId: 'useridentity_accesskeyid',
  userType: 'useridentity_type',
  userArn: 'useridentity_arn',
  userAccountId: 'useridentity_accountid',
  roleArn: 'useridentity_sessioncontext_sessionissuer_arn',
  requestParameters: 'requestparameters',
  responseElements: 'responseelements',
} as const;

/** The best name that a record has for who did it. */
const user = [
  'useridentity_username',
  'useridentity_sessioncontext_sessionissuer_username',
  'useridentity_arn',
  'useridentity_principalid',
  'useridentity_invokedby',
  'useridentity_type',
];

export type SearchField = keyof typeof searchFields | 'user';

export function isSearchField(name: string): name is SearchField {
  return name === 'user' || Object.hasOwn(searchFields, name);
}

export function fieldSql(field: SearchField): string {
  return field === 'user' ? `coalesce(${user.join(', ')})` : searchFields[field];
}

/** The physical columns that a search reads. */
export const searchColumns = [...new Set([...Object.values(searchFields), ...user]), 'record'].map(
  (name) => ({ name, type: 'varchar' }),
);
