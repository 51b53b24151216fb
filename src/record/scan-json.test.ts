// SPDX-License-Identifier: Apache-2.0
// Oracle: JSON.parse. The scanner must accept and refuse the same texts, and find the same members.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../testing/random.js';
import { MemberSpans, memberTable } from './member-table.js';
import { compactJson, JsonScanner, JsonSyntaxError, nestingDepthMax } from './scan-json.js';

const seed = seedOfRun();
const names = ['a', 'b', 'eventName', 'eventTime', 'naïve', ''] as const;
const inner = memberTable(['a', 'x']);
const outer = memberTable(names);

function scansWhole(text: string): boolean {
  const bytes = Buffer.from(text);
  const scanner = new JsonScanner(bytes);
  try {
    return scanner.skipSpaceAt(scanner.skipValue(scanner.skipSpaceAt(0))) === bytes.length;
  } catch (error) {
    assert.ok(error instanceof JsonSyntaxError, String(error));
    assert.ok(error.byteOffset >= 0 && error.byteOffset <= bytes.length);
    return false;
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const space = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t');
const escapedText = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => JSON.stringify(text));
const oddText = fc.constantFrom(
  '"\\u0061"',
  '"\\ud800"',
  '"\\/"',
  '"a\\\\"',
  '"\u007f"',
  '"é€😀"',
  '"! # "',
  '"\\b\\f\\n\\r\\t\\""',
);
const number = fc.constantFrom(
  '0',
  '-0',
  '1.5e-7',
  '12E+3',
  '1e400',
  '123456789012345678901234567890',
  '-1.0',
);
const name = fc.oneof(
  fc.constantFrom(...names, 'x').map((text) => JSON.stringify(text)),
  fc.constant('"\\u0061"'),
  escapedText,
);

const { value } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    escapedText,
    oddText,
    number,
    fc.constantFrom('true', 'false', 'null'),
    tie('object'),
    tie('array'),
  ),
  object: fc
    .array(fc.tuple(space, name, space, space, tie('value'), space), { maxLength: 6 })
    .map((members) => `{${members.map(([a, n, b, c, v, d]) => `${a}${n}${b}:${c}${v}${d}`).join(',')}}`),
  array: fc
    .tuple(space, fc.array(fc.tuple(tie('value'), space), { maxLength: 5 }))
    .map(([a, all]) => `[${a}${all.map(([v, b]) => v + b).join(`,${a}`)}]`),
}));
const object = fc
  .array(fc.tuple(space, name, space, space, value, space), { maxLength: 8 })
  .map((members) => `{${members.map(([a, n, b, c, v, d]) => `${a}${n}${b}:${c}${v}${d}`).join(',')}}`);

const mutation = fc.record({
  at: fc.nat(),
  remove: fc.nat({ max: 2 }),
  insert: fc.constantFrom(
    '',
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ' ',
    '\n',
    '0',
    '-',
    '.',
    'e',
    'u',
    't',
    '\u0001',
    'é',
  ),
});

describe(`JsonScanner against JSON.parse (seed ${seed})`, () => {
  test('accepts what JSON.parse accepts', () => {
    fc.assert(
      fc.property(fc.tuple(space, value, space), (parts) => {
        assert.ok(parses(parts.join('')));
        assert.ok(scansWhole(parts.join('')));
      }),
      { seed, numRuns: 1500 },
    );
  });

  test('judges mutated texts as JSON.parse does', () => {
    fc.assert(
      fc.property(value, fc.array(mutation, { minLength: 1, maxLength: 3 }), (text, mutations) => {
        let changed = text;
        for (const { at, remove, insert } of mutations) {
          const place = at % (changed.length + 1);
          changed = changed.slice(0, place) + insert + changed.slice(place + remove);
        }
        assert.equal(scansWhole(changed), parses(changed), changed);
      }),
      { seed, numRuns: 4000 },
    );
  });

  test('finds the members that JSON.parse finds, the last of equals', () => {
    fc.assert(
      fc.property(object, (text) => {
        const bytes = Buffer.from(text);
        const nested = new MemberSpans(inner.table);
        const spans = new MemberSpans(outer.table, { a: nested });
        assert.equal(new JsonScanner(bytes).scanMembers(0, spans), bytes.length);
        const parsed = JSON.parse(text) as Record<string, unknown>;
        check(spans, parsed, bytes);
        check(
          nested,
          typeof parsed.a === 'object' && parsed.a !== null && !Array.isArray(parsed.a)
            ? (parsed.a as Record<string, unknown>)
            : {},
          bytes,
        );
      }),
      { seed, numRuns: 2000 },
    );
  });

  test('spans of one object are gone with the next', () => {
    const bytes = Buffer.from('{"a":{"x":1},"b":2} {"a":3}');
    const nested = new MemberSpans(inner.table);
    const spans = new MemberSpans(outer.table, { a: nested });
    const scanner = new JsonScanner(bytes);
    scanner.scanMembers(scanner.skipSpace(scanner.scanMembers(0, spans)), spans);
    check(spans, { a: 3 }, bytes);
    check(nested, {}, bytes);
  });

  test('takes out white space between tokens and nothing else', () => {
    fc.assert(
      fc.property(value, (text) => {
        const bytes = Buffer.from(text);
        const compact = Buffer.from(compactJson(bytes, 0, bytes.length)).toString();
        assert.deepEqual(JSON.parse(compact), JSON.parse(text));
        assert.doesNotMatch(compact.replace(/"(?:[^"\\]|\\.)*"/g, ''), /\s/);
      }),
      { seed, numRuns: 1000 },
    );
  });
});

function check(spans: MemberSpans, parsed: Record<string, unknown>, bytes: Buffer): void {
  spans.table.names.forEach((member, id) => {
    assert.equal(spans.has(id), Object.hasOwn(parsed, member), member);
    if (!spans.has(id)) return;
    assert.deepEqual(JSON.parse(bytes.toString('utf8', spans.starts[id]!, spans.ends[id]!)), parsed[member]);
  });
}

describe('JsonScanner', () => {
  const refused: [string, RegExp][] = [
    ['', /unexpected end at byte 0/],
    ['{"a":1', /unexpected end at byte 6/],
    ['{"a"', /unexpected end at byte 4/],
    ['"abc', /unterminated string at byte 4/],
    ['"a\nb"', /unescaped control character in a string at byte 2/],
    ['"\\x"', /bad escape sequence at byte 1/],
    ['"\\u12g4"', /bad \\u escape at byte 1/],
    ['01', /./],
    ['[1,]', /unexpected character \] at byte 3/],
    ['{"a":1,}', /unexpected character \} at byte 7/],
    ['nul', /unexpected end at byte 3/],
    ['1.', /bad number at byte 2/],
  ];
  for (const [text, message] of refused) {
    test(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parses(text), false);
      assert.throws(() => {
        const scanner = new JsonScanner(Buffer.from(text));
        const end = scanner.skipValue(0);
        if (end < text.length) throw scanner.unexpected(end);
      }, message);
    });
  }

  test('takes nesting up to its limit and refuses a bomb at once', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    assert.ok(scansWhole(nested(nestingDepthMax)));
    assert.equal(scansWhole(nested(nestingDepthMax + 2)), false);
    assert.equal(scansWhole('[{"a":'.repeat(5_000_000)), false);
  });
});
