// SPDX-License-Identifier: Apache-2.0
// Oracle: recorded CloudTrail events of real accounts. Every rule of this folder that says how AWS records a call is
// held against each of them: those in fixtures/, and the large collection beside the project where it is there.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildRecord } from './build-record.js';
import { callCategoryOf } from './category.js';
import { hasRequestParameters } from './error-facts.js';
import { isGlobalService, recordingRegion } from './global-services.js';
import { serviceOf } from './member-names.js';
import { isReadOnly } from './read-only.js';
import { hasResponseElements } from './responses.js';
import { callOf } from './testing/recorded-call.js';
import { fixtureEvents, type RecordedEvent, sharedEvents } from './testing/recorded-events.js';
import { toJson } from './to-json.js';
import type { CloudTrailRecord, JsonObject } from './types.js';

const shared = sharedEvents();
const events: readonly RecordedEvent[] = [...fixtureEvents(), ...(shared ?? [])];

/** Fails with each event that does not satisfy `holds`, by its names. */
function check(holds: (event: RecordedEvent, service: string) => boolean): void {
  const wrong = events.filter((event) => !holds(event, serviceOf(event.eventSource)));
  assert.deepEqual([...new Set(wrong.map((event) => `${event.eventSource} ${event.eventName}`))], []);
}

describe('recorded events', () => {
  test('are there', (t) => {
    assert.ok(fixtureEvents().length >= 380);
    if (shared === undefined)
      t.diagnostic('the large collection (../shared/data/cloudtrail) is absent: only fixtures/ was compared');
    else assert.ok(shared.length > 4_000);
  });

  test('readOnly is as recorded', () => {
    check(
      (event, service) =>
        event.readOnly === undefined || isReadOnly(service, event.eventName) === event.readOnly,
    );
  });

  test('eventCategory and managementEvent are as recorded', () => {
    check((event, service) => {
      const category = callCategoryOf(service, event.eventName);
      return (
        (event.eventCategory === undefined ||
          event.eventCategory === category ||
          event.eventCategory === 'Insight') &&
        (event.managementEvent === undefined || event.managementEvent === (category === 'Management'))
      );
    });
  });

  test('no response is recorded where the rule says none, nor after an error', () => {
    check((event, service) => {
      if (event.readOnly === undefined || event.eventType !== 'AwsApiCall' || !event.responseElements)
        return true;
      // Two REST services repeat the error's message there; that is no answer.
      if (event.errorCode !== undefined) return Object.keys(event.responseElements).join() === 'message';
      return hasResponseElements(service, event.eventName, event.readOnly);
    });
  });

  test('a refused call records no parameters where the rule says so', () => {
    check((event, service) => {
      const { errorCode, eventName } = event;
      return (
        errorCode === undefined ||
        hasRequestParameters(service, eventName, errorCode) ||
        event.requestParameters === null
      );
    });
  });

  test('a refused call of the services that Cairn has records parameters exactly where the rule says so', () => {
    const served = new Set([
      'cloudtrail',
      'config',
      'events',
      'iam',
      'kms',
      'logs',
      'monitoring',
      'organizations',
      's3',
      'sns',
      'sts',
    ]);
    check((event, service) => {
      if (event.errorCode !== 'AccessDenied' || !served.has(service)) return true;
      return (
        hasRequestParameters(service, event.eventName, event.errorCode) === (event.requestParameters !== null)
      );
    });
  });

  test('global services record in us-east-1 (where the publisher did not invent the Region)', () => {
    check((event) => {
      if (!isGlobalService(event.eventSource) || /-\dr$/.test(event.awsRegion ?? '')) return true;
      return event.awsRegion === recordingRegion(event.eventSource, 'eu-central-1', 'example.invalid');
    });
  });

  test('members stand in the recorded order', () => {
    const ordered = events.filter(
      (event) => Object.keys(event)[0] === 'eventVersion' && event.eventType !== undefined,
    );
    assert.ok(ordered.length > 100);
    for (const event of ordered) {
      const known = Object.keys(JSON.parse(toJson(event as CloudTrailRecord)) as object);
      assert.deepEqual(
        known,
        Object.keys(event).filter((name) => known.includes(name)),
      );
    }
  });
});

describe('a record built from a recorded call', () => {
  const calls = events.flatMap((event) => {
    const call =
      event.eventType === 'AwsApiCall' && Number(event.eventVersion) >= 1.08 ? callOf(event) : undefined;
    return call === undefined ? [] : [{ event, built: JSON.parse(toJson(buildRecord(call))) as JsonObject }];
  });

  test('is tried for every kind of call of cloudtrail, sts and s3', () => {
    const kinds = new Set(calls.map(({ event }) => `${event.eventSource} ${event.eventName}`));
    assert.ok(kinds.size >= 35, `only ${kinds.size} kinds`);
    for (const kind of [
      'cloudtrail.amazonaws.com CreateTrail',
      'cloudtrail.amazonaws.com LookupEvents',
      'sts.amazonaws.com AssumeRole',
      'sts.amazonaws.com GetCallerIdentity',
      's3.amazonaws.com CreateBucket',
      's3.amazonaws.com PutBucketPolicy',
    ]) {
      assert.ok(kinds.has(kind), kind);
    }
  });

  test('is the recorded event, field by field', () => {
    for (const { event, built } of calls)
      assert.deepEqual(comparable(built), comparable(event as unknown as JsonObject), event.eventID);
  });
});

/**
 * What may differ: things that are not the call's (version of the format, endpoints of a VPC, the console), how the
 * years have punctuated times, and three departures: a session token is hidden, a tag's value stays the text that was sent, and a trail's record names its
 * resources.
 */
function comparable(record: JsonObject): JsonObject {
  const {
    eventVersion: _v,
    vpcEndpointId: _e,
    sessionCredentialFromConsole: _s,
    sharedEventID: _i,
    ...rest
  } = record;
  const text = JSON.stringify(rest)
    .replace(/"sessionToken":"[^"]*"/g, '"sessionToken":""')
    .replace(/("Value":)(true|false)/g, '$1"$2"')
    .replace(/"([A-Z][a-z]{2} \d+, 20\d\d),? (\d+:\d\d:\d\d)[ \u202f]([AP]M)"/g, '"$1, $2 $3"');
  const plain = JSON.parse(text) as JsonObject;
  if (/^(?:Create|Update)Trail$/.test(String(record.eventName))) delete plain.resources;
  return plain;
}
