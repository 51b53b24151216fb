// SPDX-License-Identifier: Apache-2.0
// Oracle: what a store alone would have got. The log keeps what all stores want together; what is narrowed for one of them must
// be what was made for it alone. Names of members: CloudTrail User Guide, "Create CloudTrail Lake queries from natural language
// prompts" (eventContext.tagContext.principalTags, resourceTags, tags).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type ContextKeys,
  contextBytesMax,
  eventContextOf,
  type KnownContext,
  narrowedContext,
  withEventContext,
} from './event-context.js';

const bucket = 'arn:aws:s3:::logs';
const known: KnownContext = {
  request: new Map([
    ['aws:viaawsservice', ['false']],
    ['aws:calledvia', ['athena.amazonaws.com', 's3.amazonaws.com']],
    ['aws:principaltag/team', ['audit']],
  ]),
  resources: [
    { arn: bucket, tags: { Environment: 'prod', owner: 'x' } },
    { arn: 'arn:aws:s3:::bare', tags: { owner: 'y' } },
  ],
};

describe('the context of an event', () => {
  test('has what is asked for and there: keys of the request, tags of who called, tags of resources', () => {
    const requestKeys = ['aws:ViaAWSService', 'aws:CalledVia', 'aws:PrincipalTag/team', 'aws:SourceVpc'];
    assert.deepEqual(eventContextOf(known, { requestKeys, tagKeys: ['Environment', 'environment'] }), {
      requestContext: {
        'aws:ViaAWSService': 'false',
        'aws:CalledVia': ['athena.amazonaws.com', 's3.amazonaws.com'],
      },
      tagContext: {
        principalTags: { team: 'audit' },
        resourceTags: [{ arn: bucket, tags: { Environment: 'prod' } }],
      },
    });
  });

  test('is empty where nothing of it is there', () => {
    const nothing = { request: new Map(), resources: [] };
    assert.deepEqual(eventContextOf(nothing, { requestKeys: ['aws:userid'], tagKeys: ['a'] }), {
      requestContext: {},
      tagContext: {},
    });
  });

  test('is bounded: tags of the last resources go', () => {
    const resources = Array.from({ length: 1_000 }, (_, at) => ({
      arn: `arn:aws:s3:::b/${at}`,
      tags: { k: 'v'.repeat(1_000) },
    }));
    const context = eventContextOf({ request: new Map(), resources }, { requestKeys: [], tagKeys: ['k'] });
    const kept = context.tagContext.resourceTags ?? [];
    assert.ok(kept.length > 200 && kept.length < 300);
    assert.ok(JSON.stringify(context).length <= contextBytesMax + 200);
    assert.equal(kept[0]?.arn, 'arn:aws:s3:::b/0');
  });

  test('is the last member of the record', () => {
    const context = { requestContext: { 'aws:userid': '}' }, tagContext: {} };
    const json = withEventContext('{"eventID":"1"} ', context);
    assert.deepEqual(JSON.parse(json), { eventID: '1', eventContext: context });
  });
});

const key = fc.constantFrom('aws:userid', 'aws:UserAgent', 'aws:PrincipalTag/a', 'aws:PrincipalTag/B');
const tag = fc.constantFrom('a', 'A', 'b', '__proto__');
const keys: fc.Arbitrary<ContextKeys> = fc.record({
  requestKeys: fc.uniqueArray(key),
  tagKeys: fc.uniqueArray(tag),
});
const anyKnown: fc.Arbitrary<KnownContext> = fc.record({
  request: fc
    .array(fc.tuple(key, fc.array(fc.string(), { minLength: 1, maxLength: 2 })))
    .map((pairs) => new Map(pairs.map(([name, values]) => [name.toLowerCase(), values]))),
  resources: fc.array(
    fc.record({ arn: fc.string(), tags: fc.dictionary(tag, fc.string(), { noNullPrototype: true }) }),
    {
      maxLength: 4,
    },
  ),
});

test('narrowed from what two stores want together, it is what one alone would have got', () => {
  fc.assert(
    fc.property(anyKnown, keys, keys, (what, one, other) => {
      const together = {
        requestKeys: [...new Set([...one.requestKeys, ...other.requestKeys])],
        tagKeys: [...new Set([...one.tagKeys, ...other.tagKeys])],
      };
      const logged = JSON.parse(JSON.stringify(eventContextOf(what, together)));
      const alone = JSON.parse(JSON.stringify(eventContextOf(what, one)));
      assert.deepEqual(narrowedContext(logged, one), alone);
    }),
  );
});
