// SPDX-License-Identifier: Apache-2.0
// Oracle: the CloudTrail API Reference, "LookupEvents", "LookupAttribute" and "Event"; for pages that a store writes itself, the
// codec of the SDK's own schema.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type EventStore, InvalidPageTokenError, type StoredEvent } from '../../ports/event-store.js';
import { lookupEventText } from '../../record/lookup-event-text.js';
import { protocolFor } from '../../wire/protocol.js';
import { cloudtrailModel } from './model.js';
import { account, CloudTrailScene, nowMs } from './testing/scene.js';

const attribute = (AttributeKey: string, AttributeValue: string) => ({ AttributeKey, AttributeValue });

describe('LookupEvents', () => {
  test('asks for fifty management events of the account, the Region and the window', async () => {
    const scene = new CloudTrailScene();
    assert.deepEqual(await scene.call('LookupEvents'), { Events: [] });
    assert.deepEqual(scene.queries, [
      {
        accountId: account,
        region: 'us-east-1',
        attributes: [],
        category: 'Management',
        limit: 50,
        enteredSinceMs: nowMs - 90 * 86_400_000,
      },
    ]);
  });

  test('asks for all that it is given', async () => {
    const scene = new CloudTrailScene();
    const [StartTime, EndTime] = [new Date('2019-12-01T00:00:00Z'), new Date('2019-12-02T00:00:00Z')];
    await scene
      .call('LookupEvents', {
        LookupAttributes: [attribute('Username', 'alice'), attribute('ReadOnly', 'false')],
        StartTime,
        EndTime,
        MaxResults: 7,
        EventCategory: 'insight',
      })
      .catch(() => {});
    await scene.call('LookupEvents', {
      LookupAttributes: [attribute('Username', 'alice'), attribute('ReadOnly', 'false')],
      StartTime,
      EndTime,
      MaxResults: 7,
    });
    const { enteredSinceMs, ...query } = scene.queries[0] as { enteredSinceMs: number };
    assert.deepEqual(query, {
      accountId: account,
      region: 'us-east-1',
      attributes: [
        { key: 'Username', value: 'alice' },
        { key: 'ReadOnly', value: 'false' },
      ],
      category: 'Management',
      startTimeMs: StartTime.getTime(),
      endTimeMs: EndTime.getTime(),
      limit: 7,
    });
    assert.equal(scene.queries.length, 1, 'Insights events are not looked up by user name');
  });

  test('shapes events as AWS does', async () => {
    const scene = new CloudTrailScene();
    const event = {
      eventId: 'id',
      eventName: 'RunInstances',
      eventSource: 'ec2.amazonaws.com',
      eventTimeMs: nowMs,
      region: 'us-east-1',
      resources: [],
      json: '{"a":1}',
    };
    const resources = [{ type: 'AWS::EC2::Instance', name: 'i-1' }, { name: 'nameless kind' }];
    scene.page = {
      events: [{ ...event, readOnly: 'false', username: 'alice', accessKeyId: 'AKIA', resources }, event],
    };
    const bare = {
      EventId: 'id',
      EventName: 'RunInstances',
      EventTime: new Date(nowMs),
      EventSource: 'ec2.amazonaws.com',
      Resources: [],
      CloudTrailEvent: '{"a":1}',
    };
    assert.deepEqual((await scene.call('LookupEvents')).Events, [
      {
        ...bare,
        ReadOnly: 'false',
        Username: 'alice',
        AccessKeyId: 'AKIA',
        Resources: [
          { ResourceType: 'AWS::EC2::Instance', ResourceName: 'i-1' },
          { ResourceName: 'nameless kind' },
        ],
      },
      bare,
    ]);
  });

  test('answers the same bytes from a store that writes pages itself', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const resource = fc.record({ type: text, name: text }, { requiredKeys: [] });
    const event = fc.record(
      {
        eventId: text,
        eventName: text,
        eventSource: text,
        eventTimeMs: fc.integer({ min: -1e12, max: 4e12 }),
        region: fc.constant('us-east-1'),
        readOnly: fc.constantFrom('true' as const, 'false' as const),
        username: text,
        accessKeyId: text,
        resources: fc.array(resource, { maxLength: 3 }),
        json: text,
      },
      { requiredKeys: ['eventId', 'eventName', 'eventSource', 'eventTimeMs', 'region', 'resources', 'json'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 4 }), maybe(text), async (events, next) => {
        assert.equal(await answered(events, next, true), await answered(events, next, false));
      }),
    );
  });

  test('refuses a token that such a store does not know', async () => {
    const lookupText = () => Promise.reject(new InvalidPageTokenError());
    const scene = new CloudTrailScene({ eventStore: { lookupText } as unknown as EventStore });
    assert.equal((await scene.refusal('LookupEvents'))[0], 'InvalidNextTokenException');
  });

  const refusals: readonly [string, object, string][] = [
    ['a start after the end', { StartTime: new Date(2), EndTime: new Date(1) }, 'InvalidTimeRangeException'],
    ['a time that is none', { StartTime: new Date(Number.NaN) }, 'InvalidTimeRangeException'],
    ['no results', { MaxResults: 0 }, 'InvalidMaxResultsException'],
    ['51 results', { MaxResults: 51 }, 'InvalidMaxResultsException'],
    [
      'an unknown attribute',
      { LookupAttributes: [attribute('EventColour', 'red')] },
      'InvalidLookupAttributesException',
    ],
    [
      'an attribute without a value',
      { LookupAttributes: [{ AttributeKey: 'EventName' }] },
      'InvalidLookupAttributesException',
    ],
    [
      'a value of 2,001 characters',
      { LookupAttributes: [attribute('EventName', 'x'.repeat(2001))] },
      'InvalidLookupAttributesException',
    ],
    [
      'nine attributes',
      { LookupAttributes: Array(9).fill(attribute('EventName', 'x')) },
      'InvalidLookupAttributesException',
    ],
    [
      'Insights events by user name',
      { EventCategory: 'insight', LookupAttributes: [attribute('Username', 'x')] },
      'InvalidLookupAttributesException',
    ],
    ['another category', { EventCategory: 'data' }, 'InvalidEventCategoryException'],
    ['a token that is none', { NextToken: 'abc' }, 'InvalidNextTokenException'],
    ['an endless token', { NextToken: 'a'.repeat(10_000) }, 'InvalidNextTokenException'],
  ];
  for (const [what, given, code] of refusals) {
    test(`refuses ${what}`, async () =>
      assert.equal((await new CloudTrailScene().refusal('LookupEvents', given))[0], code));
  }
});

type LookedUp = StoredEvent & { readonly readOnly?: 'true' | 'false' };

/** The body that a client gets. */
async function answered(events: readonly LookedUp[], next: string | undefined, isWritten: boolean) {
  const more = next === undefined ? {} : { next };
  const eventStore = {
    lookup: () => Promise.resolve({ events, ...more }),
    ...(isWritten && {
      lookupText: () =>
        Promise.resolve({
          events: events.map((each) => lookupEventText(each, each.json)).join(','),
          ...more,
        }),
    }),
  };
  const scene = new CloudTrailScene({ eventStore: eventStore as unknown as EventStore });
  const output = await scene.call('LookupEvents');
  const operation = cloudtrailModel.operations.get('LookupEvents');
  assert.ok(operation);
  return protocolFor(cloudtrailModel, 'awsJson1_1').write(operation, output, 'request').body;
}

describe('NextToken', () => {
  const given = {
    LookupAttributes: [attribute('EventName', 'RunInstances')],
    StartTime: new Date(nowMs - 1000),
  };

  async function firstPage(): Promise<{ scene: CloudTrailScene; NextToken: string }> {
    const scene = new CloudTrailScene();
    scene.page = { events: [], next: 'the store’s token' };
    return { scene, NextToken: (await scene.call('LookupEvents', given)).NextToken ?? '' };
  }

  test('leads to the next page of the same window, however late, in any page size', async () => {
    const { scene, NextToken } = await firstPage();
    scene.clock.advance(3_600_000);
    await scene.call('LookupEvents', { ...given, NextToken, MaxResults: 10 });
    const [first, second] = scene.queries;
    assert.deepEqual(second, { ...first, limit: 10, after: 'the store’s token' });
  });

  for (const [what, changed] of [
    ['another attribute', { LookupAttributes: [attribute('EventName', 'StopInstances')] }],
    ['another time', { StartTime: new Date(nowMs - 2000) }],
    ['an end', { EndTime: new Date(nowMs) }],
    ['another category', { EventCategory: 'insight' }],
  ] as const) {
    test(`is refused with ${what}`, async () => {
      const { scene, NextToken } = await firstPage();
      assert.equal(
        (await scene.refusal('LookupEvents', { ...given, NextToken, ...changed }))[0],
        'InvalidNextTokenException',
      );
    });
  }

  test('is refused in another Region and for another account', async () => {
    const { scene, NextToken } = await firstPage();
    assert.equal(
      (await scene.refusal('LookupEvents', { ...given, NextToken }, { region: 'eu-west-1' }))[0],
      'InvalidNextTokenException',
    );
    assert.equal(
      (await scene.refusal('LookupEvents', { ...given, NextToken }, { accountId: '444455556666' }))[0],
      'InvalidNextTokenException',
    );
  });

  test('is refused when the store does not know it', async () => {
    const { scene, NextToken } = await firstPage();
    scene.page = new InvalidPageTokenError();
    assert.equal(
      (await scene.refusal('LookupEvents', { ...given, NextToken }))[0],
      'InvalidNextTokenException',
    );
  });
});

describe('the rate limit', () => {
  test('is off unless it is set', async () => {
    const scene = new CloudTrailScene();
    for (let call = 0; call < 100; call++) await scene.call('LookupEvents');
  });

  test('allows two a second for each account and Region', async () => {
    const scene = new CloudTrailScene({ lookupsPerSecondMax: 2 });
    const limited = new CloudTrailScene({ lookupsPerSecondMax: 2, clock: scene.clock });
    await limited.call('LookupEvents');
    await limited.call('LookupEvents');
    assert.deepEqual(await limited.refusal('LookupEvents'), ['ThrottlingException', 'Rate exceeded']);
    await limited.call('LookupEvents', {}, { region: 'eu-west-1' });
    scene.clock.advance(500);
    await limited.call('LookupEvents');
    assert.equal((await limited.refusal('LookupEvents'))[0], 'ThrottlingException');
    scene.clock.advance(-3_600_000);
    assert.equal(
      (await limited.refusal('LookupEvents'))[0],
      'ThrottlingException',
      'a clock set back earns nothing',
    );
    scene.clock.advance(1_000);
    await limited.call('LookupEvents');
  });
});
