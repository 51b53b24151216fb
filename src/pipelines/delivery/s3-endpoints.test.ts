// SPDX-License-Identifier: Apache-2.0
// Oracle: the rule at s3Endpoints: the operator's credentials serve the main account's trails and those that are named.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type S3Endpoint, s3Endpoints } from './s3-endpoints.js';

const main = '111122223333';
const member = '444455556666';
const stranger = '777788889999';
const endpoint: S3Endpoint = {
  endpoint: 'http://127.0.0.1:1',
  region: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
  forcePathStyle: true,
  serverSideEncryption: 'AES256',
  acl: 'none',
};

const cases: [
  name: string,
  named: S3Endpoint['accounts'],
  otherwise: S3Endpoint['accounts'] | null,
  expected: object,
][] = [
  [
    'by default only the main account',
    undefined,
    undefined,
    { [main]: ['named', 'otherwise'], [member]: [undefined, undefined] },
  ],
  [
    'accounts that are listed, and no others',
    [member],
    [main, member],
    {
      [main]: [undefined, 'otherwise'],
      [member]: ['named', 'otherwise'],
      [stranger]: [undefined, undefined],
    },
  ],
  ['all', 'all', 'all', { [main]: ['named', 'otherwise'], [stranger]: ['named', 'otherwise'] }],
  [
    'a bucket that is named for others is not reached by the endpoint of all buckets',
    [main],
    'all',
    { [stranger]: [undefined, 'otherwise'] },
  ],
  ['nothing but what is named', 'all', null, { [main]: ['named', undefined] }],
];

describe('whose trails may use an endpoint', () => {
  for (const [name, named, otherwise, expected] of cases) {
    test(name, async () => {
      const withAccounts = (accounts: S3Endpoint['accounts']) =>
        accounts === undefined ? endpoint : { ...endpoint, accounts };
      const { foreignBuckets, find, close } = s3Endpoints(
        {
          byBucket: new Map([['named-logs', withAccounts(named)]]),
          ...(otherwise === null ? {} : { otherwise: withAccounts(otherwise) }),
        },
        main,
      );
      for (const [account, places] of Object.entries(expected)) {
        const buckets = ['named-logs', 'other-logs'];
        assert.deepEqual(
          buckets.map((bucket) => foreignBuckets.place(bucket, account)),
          places,
          account,
        );
        assert.deepEqual(
          buckets.map((bucket) => find(bucket, account) !== undefined),
          (places as unknown[]).map((place) => place !== undefined),
          account,
        );
        if (places[0] === undefined)
          assert.deepEqual(await foreignBuckets.check('named-logs', account), {
            ok: false,
            reason: 'missing',
            message: 'NoSuchBucket',
          });
      }
      close();
    });
  }
});
