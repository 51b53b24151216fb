// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "CreateEventDataStore" (KmsKeyId: "Disabling or deleting the KMS key, or removing CloudTrail
// permissions on the key, prevents … users from querying the data"), "StartQuery" (errors); CloudTrail User Guide, "Default KMS key
// policy created in CloudTrail console" (the policy below); the bytes of the store's files on the disk.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually } from '../harness.mjs';

const marker = 'marked-user-name';

const cairn = new CairnServer();
let accountId;
let key;
let arn;
let id;

const lake = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const kms = (operation, ...args) => cairn.awsOk('kms', operation, ...args);
const refusal = async (operation, ...args) => (await cairn.awsRefused('cloudtrail', operation, ...args)).code;

function keyPolicy(...service) {
  const root = {
    Sid: 'Enable IAM user permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [root, ...service] });
}

const lettingIn = {
  Sid: 'The key created by CloudTrail to encrypt event data stores.',
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
  Resource: '*',
};

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  key = (await kms('create-key', '--policy', keyPolicy(lettingIn))).KeyMetadata;
  arn = (await lake('create-event-data-store', '--name', 'sealed', '--kms-key-id', key.KeyId))
    .EventDataStoreArn;
  id = arn.split('/')[1];
});
after(() => cairn.remove());

const statement = () =>
  `SELECT element_at(requestParameters, 'userName') AS name FROM ${id} WHERE eventName = 'CreateUser' ORDER BY 1`;

async function countOf(store) {
  const sql = `SELECT count(*) AS n FROM ${store.split('/')[1]} WHERE eventName = 'CreateUser'`;
  const { QueryId } = await lake('start-query', '--query-statement', sql);
  return eventually(async () => {
    const results = await lake('get-query-results', '--query-id', QueryId);
    assert.equal(results.QueryStatus, 'FINISHED', results.ErrorMessage);
    return results.QueryResultRows[0][0].n;
  });
}

async function start() {
  return (await lake('start-query', '--query-statement', statement())).QueryId;
}

async function names() {
  const queryId = await start();
  return eventually(async () => {
    const results = await lake('get-query-results', '--query-id', queryId);
    assert.equal(results.QueryStatus, 'FINISHED', results.ErrorMessage);
    return results.QueryResultRows.map(([{ name }]) => name);
  });
}

const createUser = (name) => cairn.awsOk('iam', 'create-user', '--user-name', name);

/** Everything that lies in the folders of the store's segments, and of who writes them. */
function segmentBytes() {
  const entries = readdirSync(cairn.dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const ofStore = entries.filter(({ parentPath }) => parentPath.includes(join('event-data-store', id)));
  const scratch = entries.filter(({ parentPath }) => parentPath.includes('scratch'));
  assert.ok(ofStore.length > 0, 'the store has files');
  return Buffer.concat(
    [...ofStore, ...scratch].map(({ parentPath, name }) => readFileSync(join(parentPath, name))),
  );
}

describe('an event data store with a KMS key', () => {
  test('shows its key, and keeps it', async () => {
    assert.equal((await lake('get-event-data-store', '--event-data-store', arn)).KmsKeyId, key.Arn);
    const other = (await kms('create-key', '--policy', keyPolicy(lettingIn))).KeyMetadata;
    assert.equal(
      await refusal('update-event-data-store', '--event-data-store', arn, '--kms-key-id', other.Arn),
      'InvalidParameterException',
    );
  });

  test('is queried as any other, and nothing of its events lies open in its files', async () => {
    await createUser(`${marker}-1`);
    assert.deepEqual(await names(), [`${marker}-1`]);
    const bytes = segmentBytes();
    assert.ok(!bytes.includes(marker) && !bytes.includes('CreateUser') && !bytes.includes('PAR1'));
    assert.ok(bytes.includes('PARE'), 'Parquet files that are encrypted');
  });

  test('shows no more while its key is disabled; what happens meanwhile is not lost', async () => {
    const before = await start();
    await eventually(async () => {
      const { QueryStatus } = await lake('describe-query', '--query-id', before);
      assert.equal(QueryStatus, 'FINISHED');
    });
    await kms('disable-key', '--key-id', key.KeyId);
    const denied = 'InsufficientEncryptionPolicyException';
    assert.equal(await refusal('start-query', '--query-statement', statement()), denied);
    assert.equal(await refusal('get-query-results', '--query-id', before), denied);
    const open = (await lake('create-event-data-store', '--name', 'open')).EventDataStoreArn;
    await createUser(`${marker}-2`);
    // Another store is asked: what was recorded goes into the files of all of them.
    assert.equal(await countOf(open), '1');
    assert.ok(!segmentBytes().includes(marker));
    await kms('enable-key', '--key-id', key.KeyId);
    await createUser(`${marker}-3`);
    assert.deepEqual(
      await names(),
      [1, 2, 3].map((n) => `${marker}-${n}`),
    );
    assert.ok(!segmentBytes().includes(marker));
  });

  test('nor while its key does not let CloudTrail in, or is to be deleted', async () => {
    const policy = (text) =>
      kms('put-key-policy', '--key-id', key.KeyId, '--policy-name', 'default', '--policy', text);
    const denied = 'InsufficientEncryptionPolicyException';
    await policy(keyPolicy({ ...lettingIn, Action: 'kms:GenerateDataKey' }));
    assert.equal(await refusal('start-query', '--query-statement', statement()), denied);
    await policy(keyPolicy(lettingIn));
    await kms('schedule-key-deletion', '--key-id', key.KeyId, '--pending-window-in-days', '7');
    assert.equal(await refusal('start-query', '--query-statement', statement()), denied);
    await kms('cancel-key-deletion', '--key-id', key.KeyId);
    await kms('enable-key', '--key-id', key.KeyId);
    assert.equal((await names()).length, 3);
  });

  test('that gets its key later has its older events encrypted too', async () => {
    const later = (await lake('create-event-data-store', '--name', 'later')).EventDataStoreArn;
    await createUser(`${marker}-4`);
    assert.equal(await countOf(later), '1');
    await lake('update-event-data-store', '--event-data-store', later, '--kms-key-id', key.Arn);
    await createUser(`${marker}-5`);
    assert.equal(await countOf(later), '2');
    id = later.split('/')[1];
    await eventually(() => {
      assert.ok(!segmentBytes().includes('PAR1'));
      assert.ok(!segmentBytes().includes(marker));
      return Promise.resolve();
    });
    assert.equal(await countOf(later), '2');
  });
});
