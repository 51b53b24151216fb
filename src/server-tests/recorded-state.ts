// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { patienceMs, pause } from '../testing/until.js';
import type { Client, HistoryEvent } from './client.js';
import type { LoadNotes } from './load.js';

/** Every event of the history once it holds what was acknowledged, oldest first. */
export async function settledHistory(
  client: Client,
  accountId: string,
  notes: LoadNotes,
): Promise<HistoryEvent[]> {
  for (const deadline = Date.now() + patienceMs; ; await pause(100)) {
    const events = await client.history(accountId);
    const known = new Set(events.map(({ requestID }) => requestID));
    if (notes.acknowledged.every(({ requestId }) => known.has(requestId)) || Date.now() > deadline)
      return events.reverse();
  }
}

/** Every acknowledged call is in the history, once; nothing at all is there twice. */
export function verifyHistory(events: readonly HistoryEvent[], notes: LoadNotes): void {
  const times = new Map<string, number>();
  for (const { requestID } of events) times.set(requestID, (times.get(requestID) ?? 0) + 1);
  const lost = notes.acknowledged.filter(({ requestId }) => !times.has(requestId));
  assert.deepEqual(lost, [], 'acknowledged calls that the history does not have');
  assert.deepEqual(
    [...times].filter(([, count]) => count > 1),
    [],
    'calls that the history has twice',
  );
  assert.equal(new Set(events.map(({ eventID }) => eventID)).size, events.length, 'event ids are unique');
}

/** Acknowledged changes are there, and the state is what the records say: no change without its record, no record without. */
export async function verifyState(
  client: Client,
  trailArn: string,
  events: readonly HistoryEvent[],
  notes: LoadNotes,
): Promise<void> {
  const done = events.filter(({ errorCode }) => errorCode === undefined);
  await verifyBuckets(client, done, notes);
  const tags = await client.cloudtrail('ListTags', { ResourceIdList: [trailArn] });
  const list = JSON.parse(tags.text) as { ResourceTagList: { TagsList: { Key: string; Value: string }[] }[] };
  const there = new Map(list.ResourceTagList[0]?.TagsList.map(({ Key, Value }) => [Key, Value]));
  assert.deepEqual(there, recordedTrailTags(done), "the trail's tags are those of the records");
  for (const [key, value] of notes.trailTags)
    assert.ok(countOf(there.get(key)) >= countOf(value), `an acknowledged tag is lost: ${key}`);
  await verifyBucketTags(client, done, notes);
}

async function verifyBuckets(client: Client, done: readonly HistoryEvent[], notes: LoadNotes): Promise<void> {
  const { text } = await client.s3('GET', '/');
  const there = new Set(Array.from(text.matchAll(/<Name>([^<]+)<\/Name>/g), (match) => match[1] as string));
  const recorded = new Set(
    done.filter(({ eventName }) => eventName === 'CreateBucket').map((event) => bucketOf(event)),
  );
  assert.deepEqual(there, recorded, 'the buckets are those of the records');
  for (const [bucket, isAcknowledged] of notes.buckets)
    assert.ok(!isAcknowledged || there.has(bucket), `an acknowledged bucket is lost: ${bucket}`);
}

async function verifyBucketTags(
  client: Client,
  done: readonly HistoryEvent[],
  notes: LoadNotes,
): Promise<void> {
  const recorded = new Map<string, string>();
  for (const event of done) {
    if (event.eventName === 'PutBucketTagging')
      recorded.set(bucketOf(event), JSON.stringify(event.requestParameters));
  }
  for (const [bucket, acknowledged] of notes.bucketTags) {
    const { text } = await client.s3('GET', `/${bucket}?tagging`);
    const value = /<Value>(\d+)<\/Value>/.exec(text)?.[1];
    assert.ok(Number(value) >= Number(acknowledged), `an acknowledged tag of ${bucket} is lost: ${text}`);
    assert.ok(recorded.has(bucket), `the tags of ${bucket} have no record`);
  }
}

/** Tags as the records made them, in the order of the log, which the order of their count follows for each writer. */
function recordedTrailTags(done: readonly HistoryEvent[]): Map<string, string> {
  const tags = new Map<string, string>();
  for (const { eventName, requestParameters } of done) {
    if (eventName !== 'AddTags') continue;
    const { tagsList } = requestParameters as { tagsList: { key: string; value: string }[] };
    for (const { key, value } of tagsList) {
      if (countOf(value) >= countOf(tags.get(key))) tags.set(key, value);
    }
  }
  return tags;
}

/** `17-of-c3r2`: rounds count more than calls. */
function countOf(value: string | undefined): number {
  const [, count, round] = /^(\d+)-of-\w+-r(\d+)$/.exec(value ?? '') ?? [];
  return count === undefined ? -1 : Number(round) * 1_000_000 + Number(count);
}

function bucketOf({ requestParameters }: HistoryEvent): string {
  return String(requestParameters?.bucketName);
}
