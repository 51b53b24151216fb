// SPDX-License-Identifier: Apache-2.0
// Oracle: array methods on the events that were imported; the calls that the AWS CLI has made in two accounts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CairnServer, eventually } from '../harness.mjs';

const sample = join(import.meta.dirname, '../../fixtures/cloudtrail/stratus-red-team/records.json');
const { Records: records } = JSON.parse(readFileSync(sample, 'utf8'));
const cairn = new CairnServer();
let memberId;

async function search(...args) {
  const { code, stdout, stderr } = await cairn.cairn('search', ...args, '--output', 'ndjson', '--all');
  assert.equal(code, 0, stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

before(async () => {
  await cairn.start();
  const { code, stderr } = await cairn.cairn('import', sample);
  assert.equal(code, 0, stderr);
  await cairn.awsOk('organizations', 'create-organization');
  const account = ['--email', 'member@example.com', '--account-name', 'Member'];
  const { Id } = (await cairn.awsOk('organizations', 'create-account', ...account)).CreateAccountStatus;
  memberId = await eventually(async () => {
    const status = ['describe-create-account-status', '--create-account-request-id', Id];
    const { State, AccountId } = (await cairn.awsOk('organizations', ...status)).CreateAccountStatus;
    assert.equal(State, 'SUCCEEDED');
    return AccountId;
  });
  const { AccessKey: key } = await (async () => {
    const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await cairn.awsOk('iam', 'create-user', '--user-name', 'admin');
    await cairn.awsOk('iam', 'attach-user-policy', '--user-name', 'admin', '--policy-arn', admin);
    return cairn.awsOk('iam', 'create-access-key', '--user-name', 'admin');
  })();
  const administrator = { AWS_ACCESS_KEY_ID: key.AccessKeyId, AWS_SECRET_ACCESS_KEY: key.SecretAccessKey };
  const role = `arn:aws:iam::${memberId}:role/OrganizationAccountAccessRole`;
  const assumed = await cairn.awsWith(
    administrator,
    ...['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'search'],
  );
  assert.equal(assumed.code, 0, assumed.stderr);
  const { Credentials } = JSON.parse(assumed.stdout);
  const inMember = {
    AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials.SessionToken,
  };
  const made = await cairn.awsWith(inMember, 'iam', 'create-user', '--user-name', 'of-member');
  assert.equal(made.code, 0, made.stderr);
});
after(() => cairn.remove());

test('finds by fields and text what array methods find', async () => {
  const own = new Set(records.map(({ eventID }) => eventID));
  const found = (await search('STRATUS', '--where', 'readOnly=false')).filter(({ eventID }) =>
    own.has(eventID),
  );
  const wanted = records.filter(
    (record) => record.readOnly === false && JSON.stringify(record).toLowerCase().includes('stratus'),
  );
  assert.ok(wanted.length > 0);
  assert.deepEqual(found.map(({ eventID }) => eventID).sort(), wanted.map(({ eventID }) => eventID).sort());
});

test('the freshest call is there, of the account alone, of another, and of all', async () => {
  const made = async (...args) =>
    (await search('--name', 'CreateUser', '--since', '1h', ...args))
      .map(({ requestParameters }) => requestParameters.userName)
      .sort();
  assert.deepEqual(await made(), ['admin']);
  assert.deepEqual(await made('--account', memberId), ['of-member']);
  assert.deepEqual(await made('--account', 'all'), ['admin', 'of-member']);
});

test('counts are those of all that was found', async () => {
  const { stdout } = await cairn.cairn(
    ...['search', '--limit', '0', '--facets', 'eventName', '--top', '100', '--histogram', '--output', 'json'],
  );
  const { total, facets, histogram, events } = JSON.parse(stdout);
  const sum = (list) => list.reduce((all, { count }) => all + count, 0);
  assert.deepEqual(events, []);
  assert.ok(total > records.length);
  assert.equal(sum(histogram.buckets), total);
  assert.ok(sum(facets.eventName) <= total);
});
