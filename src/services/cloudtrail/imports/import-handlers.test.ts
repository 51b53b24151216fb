// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "ListImports" (Destination, EventDataStoreARNInvalidException), "StartImport".
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type StoreImportDocument, storeImportKey } from '../../../event-data-stores/store-import.js';
import { account, LakeScene, nowMs, stranger } from '../testing/lake-scene.js';

let scene: LakeScene;
let arn: string;

beforeEach(async () => {
  scene = new LakeScene();
  arn = await scene.store();
  addImport('1', arn);
  addImport('2', arn.replace(/.$/, 'f'));
});

function addImport(digit: string, destination: string): void {
  const document: StoreImportDocument = {
    id: `00000000-0000-4000-8000-00000000000${digit}`,
    accountId: account,
    region: 'us-east-1',
    destination,
    source: { s3LocationUri: 's3://bucket/', s3BucketRegion: 'us-east-1', s3BucketAccessRoleArn: 'role' },
    status: 'COMPLETED',
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    statistics: {
      prefixesFound: 0,
      prefixesCompleted: 0,
      filesCompleted: 0,
      eventsCompleted: 0,
      failedEntries: 0,
    },
  };
  scene.state.put(storeImportKey(document), document);
}

// "You cannot use the delegated administrator account for the organization": "StartImport". A stranger learns nothing.
test('StartImport tells nobody whether another account has a store, and leaves nothing in its history', async () => {
  const S3BucketAccessRoleArn = `arn:aws:iam::${stranger}:role/importer`;
  const ImportSource = {
    S3: { S3LocationUri: 's3://bucket/', S3BucketRegion: 'us-east-1', S3BucketAccessRoleArn },
  };
  for (const destination of [arn, arn.replace(/.$/, 'f')]) {
    const input = { Destinations: [destination], ImportSource };
    assert.equal(
      await scene.refusal('StartImport', input, { accountId: stranger }),
      'EventDataStoreARNInvalidException',
    );
    assert.equal(scene.audit.sharedWith, undefined);
  }
});

describe('ListImports of one destination', () => {
  const listed = async (Destination: string) => {
    const { Imports } = await scene.call<{ Imports: { ImportId: string }[] }>('ListImports', { Destination });
    return Imports.map(({ ImportId }) => ImportId.at(-1));
  };

  test('is named by its ARN or the last part of it', async () => {
    assert.deepEqual(await listed(arn), ['1']);
    assert.deepEqual(await listed(arn.split('/')[1] as string), ['1']);
  });

  test('may be gone', async () => {
    assert.deepEqual(await listed(arn.replace(/.$/, 'f')), ['2']);
  });

  test('is refused by what is no event data store', async () => {
    for (const Destination of ['arn:aws:s3:::bucket', arn.replace('eventdatastore', 'trail'), 'a_b'])
      assert.equal(await scene.refusal('ListImports', { Destination }), 'EventDataStoreARNInvalidException');
  });
});
