// SPDX-License-Identifier: Apache-2.0
// Oracles: the examples of the CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription
// filters, filter log events, and Live Tail", with the verdicts that it states; the requests and responses of the API
// Reference, "TestMetricFilter"; and a slow matcher that reads the same trees (testing/filter-pattern-reference.ts).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compileFilterPattern } from './filter-pattern.js';
import type { FilterSyntax } from './filter-pattern-syntax.js';
import {
  jsonMessage,
  jsonSyntax,
  print,
  spaceMessage,
  spaceSyntax,
  termsSyntax,
  textMessage,
} from './testing/arbitrary-filter-pattern.js';
import { referenceMatches } from './testing/filter-pattern-reference.js';

/** A line for each message: does the pattern take it? */
type Case = readonly [pattern: string, message: string, verdict: boolean];

function check(what: string, cases: readonly Case[]): void {
  describe(what, () => {
    for (const [pattern, message, verdict] of cases)
      test(`${pattern} ${verdict ? 'takes' : 'leaves'} ${message}`, () =>
        assert.equal(compileFilterPattern(pattern).matches(message), verdict));
  });
}

const errors = [
  '[ERROR 400] BAD REQUEST',
  '[ERROR 401] UNAUTHORIZED REQUEST',
  '[ERROR 419] MISSING ARGUMENTS',
  '[ERROR 420] INVALID ARGUMENTS',
] as const;
const [bad, unauthorized, missing, invalid] = errors;

check('unstructured terms', [
  ...errors.map((line): Case => ['ERROR', line, true]),
  ...errors.map((line): Case => ['error', line, false]),
  ['ERROR', 'Exiting with ERRORCODE: -1', true],
  ['"ERROR" - "Exiting"', 'Exiting with ERRORCODE: -1', false],
  ['ERROR ARGUMENTS', missing, true],
  ['ERROR ARGUMENTS', invalid, true],
  ['ERROR ARGUMENTS', bad, false],
  ['?ERROR ?ARGUMENTS', bad, true],
  ['?ERROR ?ARGUMENTS', '[INFO] REQUEST FAILED', false],
  ['?ERROR ?ARGUMENTS REQUEST', '[INFO] REQUEST FAILED', true],
  ['?ERROR ?ARGUMENTS REQUEST', missing, false],
  ['"INTERNAL SERVER ERROR"', '[ERROR 500] INTERNAL SERVER ERROR', true],
  ['"INTERNAL SERVER ERROR"', '[ERROR 500] SERVER ERROR', false],
  ['ERROR -ARGUMENTS', unauthorized, true],
  ['ERROR -ARGUMENTS', missing, false],
  ['-ARGUMENTS', bad, true],
  ['" "', 'anything', true],
  ['', 'anything', true],
  ['"say \\"a\\""', 'they say "a" twice', true],
  ['%AUTHORIZED%', unauthorized, true],
  ['%AUTHORIZED%', '[SUCCESS 200] AUTHORIZED REQUEST', true],
  ['%AUTHORIZED%', bad, false],
  ['ERROR -%40[01]%', bad, false],
]);

check('regular expressions', [
  ['%^[hc]at%', 'hat', true],
  ['%^[hc]at%', 'a hat', false],
  ['%[hc]at$%', 'a cat', true],
  ['%[hc]at$%', 'cats', false],
  ['%colou?r%', 'color', true],
  ['%colou?r%', 'colour', true],
  ['%[abcx-z]%', 'd', false],
  ['%[abcx-z]%', 'y', true],
  ['%^a{3,5}$%', 'aaaa', true],
  ['%^a{3,5}$%', 'aa', false],
  ['%^a{3,5}$%', 'aaaaaa', false],
  ['%^a{,2}$%', 'aa', true],
  ['%^a{,2}$%', 'aaa', false],
  ['%^a{2,}$%', 'aaaaaaa', true],
  ['%^a{2,}$%', 'a', false],
  ['%^starting|^initializing|^shutting down%', 'initializing ...', true],
  ['%^starting|^initializing|^shutting down%', 'skipping initializing ...', false],
  ['%abcc|ab[^c]$%', 'abcc ...', true],
  ['%abcc|ab[^c]$%', 'aba', true],
  ['%abcc|ab[^c]$%', 'aac ...', false],
  ['%\\[.\\]%', '[@]', true],
  ['%\\[.\\]%', '[ab]', false],
  ['%10\\.10\\.0\\.1%', '10.10.0.1', true],
  ['%10\\.10\\.0\\.1%', '10010,051', false],
  ['%10.10.0.1%', '10010,051', true],
  ['%ab*c%', 'ac', true],
  ['%ab+c%', 'ac', false],
  ['%ab+c%', 'abbc', true],
  ['%.at%', '#at', true],
  ['%.at%', 'at', false],
  ['%^.at%', 'üat', true],
  ['%\\D%', '123', false],
  ['%\\D%', '12ü', true],
  ['%\\s%', 'a\tb', true],
  ['%\\W%', 'a_1', false],
  ['%\\x28%', 'f(x)', true],
  ['%^\\x3A%', ':', true],
]);

const event = JSON.stringify({
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  ThisFlag: true,
  'cluster.name': 'c',
  'detail-type': 'd',
  status: 404,
  latency: 1e3,
});
const people = JSON.stringify({
  user: { id: 1, email: 'John.Stiles@example.com' },
  users: [
    { id: 2, email: 'John.Doe@example.com' },
    { id: 3, email: 'Jane.Doe@example.com' },
  ],
  actions: ['GET', 'PUT', 'DELETE'],
  coordinates: [
    [0, 1, 2],
    [4, 5, 6],
    [7, 8, 9],
  ],
});

check('JSON', [
  ['{ $.eventType = "UpdateTrail" }', event, true],
  ['{ $.sourceIPAddress != 123.123.* }', event, true],
  ['{ $.sourceIPAddress = 111.111.* }', event, true],
  ['{ $.arrayKey[0] = "value" }', event, true],
  ['{ $.arrayKey[1] = "value" }', event, false],
  ['{ $.objectList[1].id = 2 }', event, true],
  ['{ $.eventType = %Trail% }', event, true],
  ['{ $.arrayKey[*] = %val.{2}% }', event, true],
  ['{ $.* = %111\\.111\\.111\\.1[0-9]{1,2}% }', event, true],
  ['{ $.[\'cluster.name\'] = "c" }', event, true],
  ['{ $[\'cluster.name\'] = "c" }', event, true],
  ['{ $.detail-type = "d" }', event, true],
  ['{ $.SomeObject IS NULL }', event, true],
  ['{ $.eventType IS NULL }', event, false],
  ['{ $.SomeOtherObject NOT EXISTS }', event, true],
  ['{ $.SomeObject NOT EXISTS }', event, false],
  ['{ $.ThisFlag IS TRUE }', event, true],
  ['{ $.ThisFlag IS FALSE }', event, false],
  ['{ $.status = 4* }', event, true],
  ['{ $.status = "404" }', event, true],
  ['{ $.status = 404.0 }', event, true],
  ['{ $.latency = * }', event, true],
  ['{ $.none = * }', event, false],
  ['{ $.latency = 1e+3 }', event, true],
  ['{ $.latency >= 1000 && $.latency <= 1000 }', event, true],
  ['{ $.latency > +1000 }', event, false],
  ['{ $.latency < 10e3 }', event, true],
  ['{ $.eventType > 5 }', event, false],
  ['{ $.objectList = 1 }', event, false],
  ['{ $.objectList != 1 }', event, false],
  ['{ $.missing != 1 }', event, false],
  ['{ $.eventType = "Update*" }', event, true],
  ['{ $.eventType = "*Trail" }', event, true],
  ['{ $.eventType = "*dateT*" }', event, true],
  ['{ $.eventType = "Upd*Trail" }', event, false],
  ['{ $.eventType = "Ev*ent" }', '{"eventType":"Ev*ent"}', true],
  ['{$.eventType=UpdateTrail}', event, true],
  ['{ $.eventType = UpdateTrail }', 'UpdateTrail', false],
  ['{ $.eventType NOT EXISTS }', 'no JSON', false],
  ['{ $.__proto__ NOT EXISTS }', '{}', true],
  ['{ $.toString NOT EXISTS }', '{}', true],
  ['{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', people, true],
  [
    '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }',
    people,
    true,
  ],
  [
    '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }',
    people,
    false,
  ],
  ['{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', people, false],
  ['{ $.coordinates[1][2] = 6 }', people, true],
  ['{ $.users[*].id = 3 }', people, true],
]);

const access = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
const resource = 'INFO 09/25/2014 12:00:00 GET /service/resource/67 1200';
const part = 'INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310';
const warning = 'WARNING 09/25/2014 12:00:02 Invalid user request';
const failure = 'ERROR 09/25/2014 12:00:02 Failed to process request';

check('space-delimited', [
  [
    '[ip=%127\\.0\\.0\\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]',
    access,
    true,
  ],
  ['[ip, user, username, timestamp, request =*.html*, status_code = 5*, bytes]', access, false],
  ['[..., request =*.html*, status_code = 4*, bytes]', access, true],
  [
    '[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]',
    access,
    true,
  ],
  ['[ip, user, username, timestamp, request, status_code = 4* && status_code != 404, bytes]', access, false],
  ['[ip, user, ..., status_code, bytes > 1000]', access, true],
  ['[ip, user, ..., status_code, bytes > 2000]', access, false],
  ['[ip, user, username = fr*, ...]', access, true],
  ['[a, b, c, d, e, f, g, h]', access, false],
  ['[w1=ERROR, w2]', failure, true],
  ['[w1=ERROR, w2]', warning, false],
  ['[w1=ERROR || w1=WARNING, w2]', warning, true],
  ['[w1!=ERROR && w1!=WARNING, w2]', warning, false],
  ['[w1!=ERROR&&w1!=WARNING, w2]', resource, true],
  ['[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]', resource, true],
  ['[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]', part, false],
  ['[logLevel, date, time, method, url=%/service/resource/[0-9]+/part/[0-9]+$%, response_time]', part, true],
  ['[]', access, true],
  ['[a, b="unclosed*"]', 'x "unclosed y', false],
  ['[a, b="*unclosed"]', 'x "unclosed y', true],
]);

describe('TestMetricFilter, the examples of the API reference', () => {
  const lines = [
    '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534',
    '127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /apache_pb.gif HTTP/1.0" 500 5324',
  ];
  const common = {
    $1: '127.0.0.1',
    $2: '-',
    $3: 'frank',
    $4: '10/Oct/2000:13:25:15 -0700',
    $5: 'GET /apache_pb.gif HTTP/1.0',
  };
  const cases: readonly (readonly [string, Record<string, string>])[] = [
    ['[]', { ...common, $6: '200', $7: '1534' }],
    ['[..., size]', { ...common, $6: '200', $size: '1534' }],
    ['[..., status_code=200, size]', { ...common, $status_code: '200', $size: '1534' }],
    [
      '[..., request=*.gif*, status_code=2*,]',
      (({ $5, ...rest }) => ({ ...rest, $request: $5, $status_code: '200', $7: '1534' }))(common),
    ],
  ];
  for (const [pattern, expected] of cases)
    test(pattern, () => {
      const compiled = compileFilterPattern(pattern);
      assert.ok(compiled.matches(lines[0] as string));
      assert.deepEqual(compiled.extract(lines[0] as string), expected);
    });
  test('other kinds of patterns extract nothing', () =>
    assert.deepEqual(compileFilterPattern('"[ERROR]" Exception').extract('[ERROR] Exception'), {}));
});

describe('patterns that are none', () => {
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ['foo:bar', 3, /Invalid character\(s\) in term ':'/],
    ['?Status: timeout', 7, /Invalid character\(s\) in term ':'/],
    ['a (b)', 2, /Invalid character\(s\) in term '\('/],
    ['"open', 0, /quotation mark/],
    ['-', 1, /ends too early/],
    ['%a(b)%', 2, /Invalid character\(s\) in term '\('/],
    ['%a\\(b%', 2, /Invalid character\(s\) in term '\\\('/],
    ['%something!%', 10, /Invalid character\(s\) in term '!'/],
    ['%ü%', 1, /Invalid character\(s\) in term 'ü'/],
    ['%a', 0, /closed by %/],
    ['%*a%', 1, /nothing that \* could repeat/],
    ['%a**%', 3, /nothing that \* could repeat/],
    ['%[a%', 1, /\[ is not closed/],
    ['%[z-a]%', 3, /range/],
    ['%a{3,1}%', 2, /ends before/],
    ['%a{x}%', 2, /number/],
    ['%a^%', 2, /beginning/],
    ['%a$b%', 3, /end/],
    ['%a{2000}%', 1, /1000 characters/],
    ['%%', 1, /empty/],
    ['%a% %b% %c%', 8, /at most 2 regular/],
    ['{ $.a = 1', 9, /must end with '}'/],
    ['{ }', 2, /Invalid character\(s\) in term '}'/],
    ['{ $.a }', 6, /'}'/],
    ['{ $ = 1 }', 3, /Invalid character|ends|term/],
    ['{ $."a" = 1 }', 4, /term '"'/],
    ['{ $.a IS NOT NULL }', 9, /./],
    ['{ $.a EXISTS }', 6, /./],
    ['{ $.a > "b" }', 8, /compares numbers/],
    ['{ $.a = 1 && }', 13, /term '}'/],
    ['{ ($.a = 1 }', 11, /term '}'/],
    ['{ $.a = 1 } x', 12, /./],
    ['{ $.a.*.* = 1 }', 2, /1 wildcard/],
    ['{ $.* = 1 || $.a[*] = 1 || $.b[*] = 1 || $.c[*] = 1 }', 41, /3 wildcard/],
    ['[a, b', 5, /must end with '\]'/],
    ['[a, ..., b, ...]', 12, /one ellipsis/],
    ['[a = 1 && b = 2]', 10, /cannot name 'b'/],
    ['[a = ]', 5, /term '\]'/],
    [`${'a'.repeat(1025)}`, 1024, /1024 characters/],
    [`{ ${'('.repeat(70)}$.a = 1${')'.repeat(70)} }`, 67, /too deeply/],
  ];
  for (const [pattern, position, message] of cases)
    test(`${pattern.slice(0, 40)} at ${position}`, () =>
      assert.throws(() => compileFilterPattern(pattern), { name: 'FilterPatternError', position, message }));
});

describe('against the slow matcher', () => {
  const agree = (what: string, syntax: fc.Arbitrary<FilterSyntax>, message: fc.Arbitrary<string>) =>
    test(what, () => {
      const verdicts = { true: 0, false: 0 };
      fc.assert(
        fc.property(syntax, message, (tree, text) => {
          const pattern = print(tree);
          fc.pre(pattern.length <= 1024);
          const expected = referenceMatches(tree, text);
          verdicts[`${expected}`]++;
          assert.equal(compileFilterPattern(pattern).matches(text), expected, `${pattern} on ${text}`);
        }),
        { numRuns: 4_000 },
      );
      assert.ok(
        verdicts.true > 200 && verdicts.false > 200,
        `the cases are lopsided: ${JSON.stringify(verdicts)}`,
      );
    });
  void agree('terms', termsSyntax, textMessage);
  void agree('JSON', jsonSyntax, jsonMessage);
  void agree('space-delimited', spaceSyntax, spaceMessage);

  test('any text is a pattern or is refused as one, and never fails otherwise', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '%',
      '"',
      '$',
      '.',
      'a',
      '1',
      ' ',
      '=',
      '!=',
      '&&',
      '||',
      '(',
      ')',
      '*',
      '...',
      ',',
      'IS',
      'NULL',
      '\\',
      '-',
      '?',
      '{1,2}',
      'ü',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), jsonMessage, (pieces, message) => {
        try {
          compileFilterPattern(pieces.join('')).matches(message);
        } catch (error) {
          assert.equal((error as Error).name, 'FilterPatternError', String(error));
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
