// SPDX-License-Identifier: Apache-2.0
// Oracle: the bound and the order counted by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookupEventText } from '../../../../record/lookup-event-text.js';
import { KeptTexts } from './kept-texts.js';

test('keeps what was asked for last, within its bound', () => {
  const kept = new KeptTexts(80);
  for (let ordinal = 0; ordinal < 8; ordinal++) kept.add(ordinal, 'x'.repeat(10));
  assert.equal(kept.length, 80);
  assert.equal(kept.find(0, undefined), 'x'.repeat(10));
  kept.add(8, 'y'.repeat(10));
  assert.deepEqual([kept.find(0, undefined), kept.find(1, undefined)], ['x'.repeat(10), undefined]);
  assert.equal(kept.length, 80);
});

test('does not let one text push out all others', () => {
  const kept = new KeptTexts(80);
  kept.add(1, 'x'.repeat(11));
  assert.deepEqual([kept.find(1, undefined), kept.length], [undefined, 0]);
});

test('tells what is kept and not wanted from what is not kept', () => {
  const kept = new KeptTexts(8_000);
  const fields = { eventId: 'id', eventName: 'a', eventSource: 's', eventTimeMs: 1_500, resources: [] };
  const text = lookupEventText(fields, '{}');
  kept.add(1, text);
  kept.add(1, 'another text of the same event');
  const found = [1, 2].flatMap((ordinal) =>
    ['a', 'b'].map((name) => kept.find(ordinal, ({ eventName }) => eventName === name)),
  );
  assert.deepEqual(found, [text, null, undefined, undefined]);
});
