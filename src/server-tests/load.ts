// SPDX-License-Identifier: Apache-2.0
import type { Answer, Client } from './client.js';

/** A call that was answered with success. */
export interface Acknowledged {
  readonly operation: string;
  readonly requestId: string;
}

/** What a load did to state, as far as its callers know. */
export interface LoadNotes {
  readonly acknowledged: Acknowledged[];
  /** Buckets whose creation was asked for; true: and acknowledged. */
  readonly buckets: Map<string, boolean>;
  /** By key of a tag of the shared trail: the last value that was acknowledged. Each key has one writer. */
  readonly trailTags: Map<string, string>;
  /** By bucket: the last tag value that was acknowledged. Each bucket has one writer. */
  readonly bucketTags: Map<string, string>;
  /** Answers that were no success: there should be none. */
  readonly failures: string[];
}

export function newNotes(): LoadNotes {
  return {
    acknowledged: [],
    buckets: new Map(),
    trailTags: new Map(),
    bucketTags: new Map(),
    failures: [],
  };
}

interface Writer {
  readonly name: string;
  readonly client: Client;
  readonly trailArn: string;
  readonly notes: LoadNotes;
  readonly random: () => number;
  /** The writer stops when it is. */
  readonly isOver: () => boolean;
}

/**
 * One caller, one call after the other, until it is told to stop or the server goes away: calls without effect, new buckets, a document of
 * its own (compare-and-set), and a document that all callers fight for.
 */
export async function callUntilGone(writer: Writer): Promise<void> {
  let bucket: string | undefined;
  for (let count = 0; !writer.isOver(); count += 1) {
    try {
      const choice = writer.random();
      if (choice < 0.4) note(writer, 'GetCallerIdentity', await writer.client.callerIdentity());
      else if (choice < 0.6 || bucket === undefined)
        bucket = (await createBucket(writer, `${writer.name}-${count}`)) ?? bucket;
      else if (choice < 0.8) await tagBucket(writer, bucket, String(count));
      else await tagTrail(writer, `${count}-of-${writer.name}`);
    } catch {
      return;
    }
  }
}

/** The name of the bucket that is there now; undefined when there is none. */
async function createBucket({ client, notes, ...writer }: Writer, name: string): Promise<string | undefined> {
  notes.buckets.set(name, false);
  const answer = await client.s3('PUT', `/${name}`);
  if (!note({ client, notes, ...writer }, 'CreateBucket', answer)) return undefined;
  notes.buckets.set(name, true);
  return name;
}

async function tagBucket(writer: Writer, bucket: string, value: string): Promise<void> {
  const body = `<Tagging><TagSet><Tag><Key>count</Key><Value>${value}</Value></Tag></TagSet></Tagging>`;
  const answer = await writer.client.s3('PUT', `/${bucket}?tagging`, body);
  if (note(writer, 'PutBucketTagging', answer)) writer.notes.bucketTags.set(bucket, value);
}

async function tagTrail(writer: Writer, value: string): Promise<void> {
  // Key and caller stay the same through all rounds; there may be 50 tags on a trail.
  const key = writer.name.replace(/-.*/, '');
  const input = { ResourceId: writer.trailArn, TagsList: [{ Key: key, Value: value }] };
  const answer = await writer.client.cloudtrail('AddTags', input);
  if (note(writer, 'AddTags', answer)) writer.notes.trailTags.set(key, value);
}

function note({ notes }: Writer, operation: string, answer: Answer): boolean {
  const requestId = answer.headers['x-amzn-requestid'] ?? answer.headers['x-amz-request-id'];
  if (answer.status >= 300) notes.failures.push(`${operation}: ${answer.status} ${answer.text}`);
  else notes.acknowledged.push({ operation, requestId: String(requestId) });
  return answer.status < 300;
}
