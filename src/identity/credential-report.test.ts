// SPDX-License-Identifier: Apache-2.0
// Oracle: IAM User Guide, "Generate credential reports for your AWS account": the columns in their order, and what stands
// in each for whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentialReport, type ReportedPerson } from './credential-report.js';

const at = (text: string) => Date.parse(text);

const columns =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,' +
  'access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
  'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,' +
  'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info';

const person: ReportedPerson = {
  name: 'jane',
  arn: 'arn:aws:iam::111122223333:user/jane',
  createdAtMs: at('2026-01-02T03:04:05.678Z'),
  isRoot: false,
  hasMfa: false,
  keys: [],
};

function lines(...people: ReportedPerson[]): string[] {
  const [head, ...rows] = credentialReport(people).split('\n');
  assert.equal(head, columns);
  return rows;
}

test('a user without credentials', () => {
  assert.deepEqual(lines(person), [
    'jane,arn:aws:iam::111122223333:user/jane,2026-01-02T03:04:05+00:00,false,N/A,N/A,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A,N/A',
  ]);
});

test('a user with all of them: a password that ages, MFA, a key that was used and one that is inactive', () => {
  const [row] = lines({
    ...person,
    password: {
      lastUsedMs: at('2026-03-01T00:00:00Z'),
      changedAtMs: at('2026-02-01T00:00:00Z'),
      expiresAtMs: at('2026-05-02T00:00:00Z'),
    },
    hasMfa: true,
    keys: [
      {
        isActive: true,
        createdAtMs: at('2026-02-03T00:00:00Z'),
        lastUsed: { atMs: at('2026-02-04T00:00:00Z'), region: 'eu-central-1', serviceName: 'cloudtrail' },
      },
      {
        isActive: false,
        createdAtMs: at('2026-02-05T00:00:00Z'),
        lastUsed: { atMs: at('2026-02-06T00:00:00Z'), region: 'us-east-1', serviceName: 's3' },
      },
    ],
  });
  assert.equal(
    row,
    'jane,arn:aws:iam::111122223333:user/jane,2026-01-02T03:04:05+00:00,true,2026-03-01T00:00:00+00:00,2026-02-01T00:00:00+00:00,2026-05-02T00:00:00+00:00,true,' +
      'true,2026-02-03T00:00:00+00:00,2026-02-04T00:00:00+00:00,eu-central-1,cloudtrail,' +
      'false,N/A,2026-02-06T00:00:00+00:00,N/A,s3,false,N/A,false,N/A,N/A',
  );
});

test('a password that was never used; the root, whose password never ages', () => {
  const password = { lastUsedMs: undefined, changedAtMs: at('2026-02-01T00:00:00Z'), expiresAtMs: undefined };
  const root = { ...person, name: '<root_account>', arn: 'arn:aws:iam::111122223333:root', isRoot: true };
  const [jane, withPassword, without] = lines({ ...person, password }, { ...root, password }, root).map(
    (row) => row.split(',').slice(3, 7),
  );
  assert.deepEqual(jane, ['true', 'no_information', '2026-02-01T00:00:00+00:00', 'N/A']);
  assert.deepEqual(withPassword, ['true', 'no_information', 'not_supported', 'not_supported']);
  assert.deepEqual(without, ['false', 'N/A', 'N/A', 'not_supported']);
});

test('a name with a comma stays one cell', () => {
  assert.ok(lines({ ...person, name: 'a,b' })[0]?.startsWith('"a,b",arn:'));
});
