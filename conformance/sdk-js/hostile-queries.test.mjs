// SPDX-License-Identifier: Apache-2.0
// Oracle: the AWS SDK as the client; a folder of canaries of which no word may come out; CloudTrail's LookupEvents for the
// calls that were made meanwhile: each is there once.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as athena from '@aws-sdk/client-athena';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as iam from '@aws-sdk/client-iam';
import * as s3 from '@aws-sdk/client-s3';
import { CairnServer, eventually } from '../harness.mjs';

const main =
  process.env.CAIRN_PROGRAM ?? fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const statements = await import(
  new URL('../query/engine/testing/hostile-statements.js', pathToFileURL(main)).href
);

const cairn = new CairnServer();
const word = 'CANARY-c0de';
const atOnce = 6;
/** What Athena itself offers, of the caller's own catalog. */
const ownCatalog = /FROM information_schema\.(tables|columns)\b|^CREATE (SCHEMA|VIEW) /;
let canary;
let queries;
let people;
let trails;

before(async () => {
  await cairn.start();
  canary = join(cairn.dir, 'canary');
  mkdirSync(canary);
  writeFileSync(join(canary, 'canary.csv'), `a,b\n${word},2\n`);
  writeFileSync(join(canary, 'canary.json'), `{"a":"${word}"}\n`);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = cairn.env;
  const config = { endpoint: cairn.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } };
  queries = new athena.AthenaClient(config);
  people = new iam.IAMClient(config);
  trails = new cloudtrail.CloudTrailClient(config);
  const objects = new s3.S3Client({ ...config, forcePathStyle: true });
  await objects.send(new s3.CreateBucketCommand({ Bucket: 'hostile-results' }));
});
after(() => cairn.remove());

/** How a statement ends: `refused` by the call that starts it, or the state of its execution. */
async function endOf(sql, { stopAfterMs = 60_000 } = {}) {
  let id;
  try {
    const started = await queries.send(
      new athena.StartQueryExecutionCommand({
        QueryString: sql,
        ResultConfiguration: { OutputLocation: 's3://hostile-results/' },
      }),
    );
    id = started.QueryExecutionId;
  } catch (error) {
    assert.equal(error.name, 'InvalidRequestException', `${sql.slice(0, 100)}: ${error}`);
    assert.ok(!error.message.includes(word));
    return { state: 'refused' };
  }
  let isStopped = false;
  const startedAt = performance.now();
  return eventually(
    async () => {
      if (!isStopped && performance.now() - startedAt > stopAfterMs) {
        isStopped = true;
        await queries.send(new athena.StopQueryExecutionCommand({ QueryExecutionId: id }));
      }
      const { QueryExecution } = await queries.send(
        new athena.GetQueryExecutionCommand({ QueryExecutionId: id }),
      );
      const { State: state, StateChangeReason: reason = '' } = QueryExecution.Status;
      assert.ok(!['QUEUED', 'RUNNING'].includes(state), sql.slice(0, 100));
      return { state, reason, id };
    },
    { timeoutMs: 120_000, everyMs: 20 },
  );
}

async function inParallel(items, work) {
  const left = items.slice();
  const workers = Array.from({ length: atOnce }, async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  });
  await Promise.all(workers);
}

/** Calls that are recorded, one after another until told to stop; answers how many were made. */
function keepRecording() {
  let isOver = false;
  const made = (async () => {
    let calls = 0;
    for (; !isOver; calls += 1) {
      await people.send(new iam.UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 10 }));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return calls;
  })();
  // Told of by whoever stops it; a failure before that is the test's.
  made.catch(() => {});
  return () => {
    isOver = true;
    return made;
  };
}

async function recorded(EventName) {
  let count = 0;
  const ids = new Set();
  const LookupAttributes = [{ AttributeKey: 'EventName', AttributeValue: EventName }];
  for await (const page of cloudtrail.paginateLookupEvents({ client: trails }, { LookupAttributes }))
    for (const { EventId } of page.Events) {
      count += 1;
      ids.add(EventId);
    }
  assert.equal(ids.size, count);
  return count;
}

test('a thousand hostile statements are refused or stopped, while recording goes on', async () => {
  const families = statements.hostileFamilies(canary);
  const files = readdirSync(canary).sort();
  const all = families.flatMap((family) => family.statements.map((sql) => ({ sql, family })));
  assert.ok(all.length >= 1_000);
  const stopRecording = keepRecording();
  await inParallel(all, async ({ sql, family }) => {
    const { state, reason } = await endOf(sql);
    const shown = `${family.name}: ${sql.slice(0, 200)}: ${state} ${reason}`;
    const mayAnswer = family.mayAnswer || ownCatalog.test(sql);
    if (!mayAnswer) assert.ok(['refused', 'FAILED'].includes(state), shown);
    assert.ok(!String(reason).includes(word), shown);
    assert.doesNotMatch(String(reason), /INTERNAL/, shown);
  });
  await inParallel(statements.bombs, async (sql) => {
    const { state } = await endOf(sql, { stopAfterMs: 3_000 });
    assert.ok(['refused', 'FAILED', 'CANCELLED'].includes(state), `${sql}: ${state}`);
  });
  const calls = await stopRecording();
  assert.ok(calls > 0);
  await eventually(async () => assert.equal(await recorded('UpdateAccountPasswordPolicy'), calls));
  assert.deepEqual(readdirSync(canary).sort(), files);
  const { state, id } = await endOf('SELECT 6 * 7 AS answer');
  assert.equal(state, 'SUCCEEDED');
  const { ResultSet } = await queries.send(new athena.GetQueryResultsCommand({ QueryExecutionId: id }));
  assert.deepEqual(
    ResultSet.Rows.map(({ Data }) => Data[0].VarCharValue),
    ['answer', '42'],
  );
});
