// SPDX-License-Identifier: Apache-2.0
// Oracle: the rule at routedDestination: a trail keeps to the place where its bucket was found.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StateStore } from '../../ports/state-store.js';
import { trailKey } from '../../trails/trail.js';
import type { LogDestination, LogFileUpload } from './log-destination.js';
import { routedDestination } from './routed-destination.js';
import { account, trail } from './testing/delivery-scene.js';

const saying = (message: string): LogDestination => ({
  put: () => Promise.resolve({ kind: 'refused', code: 'X', message }),
});

interface Case {
  readonly name: string;
  readonly place: 'named' | 'otherwise' | undefined;
  /** What the trail's document says; null: there is none. */
  readonly trail: { readonly bucket: string; readonly isForeign: boolean } | null;
  readonly ownBucket: boolean;
  readonly goes: 'own' | 'foreign';
}

const cases: Case[] = [
  {
    name: 'found in Cairn',
    place: undefined,
    trail: { bucket: 'logs', isForeign: false },
    ownBucket: true,
    goes: 'own',
  },
  {
    name: 'found in Cairn and gone',
    place: 'otherwise',
    trail: { bucket: 'logs', isForeign: false },
    ownBucket: false,
    goes: 'own',
  },
  {
    name: 'found abroad',
    place: 'otherwise',
    trail: { bucket: 'logs', isForeign: true },
    ownBucket: false,
    goes: 'foreign',
  },
  {
    name: 'found abroad, made in Cairn later',
    place: 'otherwise',
    trail: { bucket: 'logs', isForeign: true },
    ownBucket: true,
    goes: 'foreign',
  },
  {
    name: 'found abroad, endpoint taken away',
    place: undefined,
    trail: { bucket: 'logs', isForeign: true },
    ownBucket: false,
    goes: 'foreign',
  },
  {
    name: 'named by the configuration',
    place: 'named',
    trail: { bucket: 'logs', isForeign: false },
    ownBucket: true,
    goes: 'foreign',
  },
  {
    name: 'of a trail that is gone, in Cairn',
    place: 'otherwise',
    trail: null,
    ownBucket: true,
    goes: 'own',
  },
  {
    name: 'of a trail that is gone, abroad',
    place: 'otherwise',
    trail: null,
    ownBucket: false,
    goes: 'foreign',
  },
  {
    name: 'of a trail that moved on',
    place: 'otherwise',
    trail: { bucket: 'new', isForeign: true },
    ownBucket: true,
    goes: 'own',
  },
];

describe('a bucket', () => {
  for (const { name, place, trail: facts, ownBucket, goes } of cases) {
    test(`${name}: ${goes}`, async () => {
      const state = new Map<string, unknown>();
      if (ownBucket) state.set('bucket/logs', {});
      if (facts !== null)
        state.set(
          trailKey(account, 'us-east-1', 'main'),
          trail('main', { s3BucketName: facts.bucket, ...(facts.isForeign && { s3BucketIsForeign: true }) }),
        );
      const stateStore = {
        get: (key: string) => (state.has(key) ? { value: state.get(key) } : undefined),
      } as unknown as StateStore;
      const destination = routedDestination({
        own: saying('own'),
        foreign: saying('foreign'),
        foreignBuckets: { place: () => place },
        stateStore,
      });
      const upload = { bucket: 'logs', trailArn: trail('main').arn } as LogFileUpload;
      const outcome = await destination.put(upload, new AbortController().signal);
      assert.equal('message' in outcome && outcome.message, goes);
    });
  }
});
