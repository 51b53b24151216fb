// SPDX-License-Identifier: Apache-2.0
// Oracle: tables written out by hand.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StoredEvent } from '../ports/event-store.js';
import { EventTable, shownTime } from './event-table.js';

const event: StoredEvent = {
  eventId: '1',
  eventName: 'CreateBucket',
  eventSource: 's3.amazonaws.com',
  eventTimeMs: Date.UTC(2026, 10, 21, 9, 5, 7),
  region: 'us-east-1',
  username: 'alice',
  resources: [
    { type: 'AWS::S3::Bucket', name: 'logs' },
    { type: 'AWS::S3::Bucket', name: 'arn:aws:s3:::logs' },
  ],
  json: '{"errorCode":"AccessDenied"}',
};

describe('EventTable', () => {
  test('aligns columns, names before ARNs, headings once', () => {
    const table = new EventTable({ utc: true, width: undefined });
    assert.deepEqual(table.lines([event]), [
      'TIME                  EVENT         SOURCE  USER      REGION     ERROR         RESOURCES',
      '2026-11-21 09:05:07Z  CreateBucket  s3      alice     us-east-1  AccessDenied  logs',
    ]);
    assert.equal(table.lines([event]).length, 1);
  });

  test('what is missing is a dash, and trailing space is none', () => {
    const { username: _, ...bare } = { ...event, region: '', resources: [], json: '{}' };
    assert.match(new EventTable({ utc: true, width: undefined }).lines([bare])[1]!, /s3 +- +-$/);
  });

  test('fits the terminal as long as anybody could read it', () => {
    const wide = {
      ...event,
      eventName: 'X'.repeat(80),
      username: 'u'.repeat(64),
      resources: [{ name: 'r'.repeat(200) }],
    };
    for (const width of [200, 120, 100]) {
      for (const line of new EventTable({ utc: true, width }).lines([event, wide]))
        assert.ok(line.length <= width, line);
    }
  });

  test('nothing is cut where no terminal is', () => {
    const wide = { ...event, eventName: 'X'.repeat(80) };
    assert.match(new EventTable({ utc: true, width: undefined }).lines([wide])[1]!, /X{80}/);
  });

  test('control characters of a record never reach the terminal', () => {
    const evil = { ...event, username: 'a\u001b[2Jb\n\u202ec' };
    const text = new EventTable({ utc: true, width: 120 }).lines([evil])[1]!;
    assert.match(text, /a\?\[2Jb\?\?c/);
  });

  test('times are local or UTC', () => {
    const local = new Date(event.eventTimeMs);
    assert.equal(shownTime(event.eventTimeMs, true), '2026-11-21 09:05:07Z');
    assert.ok(
      shownTime(event.eventTimeMs, false).includes(`${String(local.getHours()).padStart(2, '0')}:05:07`),
    );
  });
});
