// SPDX-License-Identifier: Apache-2.0
// Oracle: the tables and lines of the Amazon Athena User Guide's "Grok SerDe" (Postfix, S3 access logs), an Apache line in the
// form of the Apache HTTP Server's documentation; what the names of Logstash's patterns take.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseHiveType } from '../catalog/hive-type.js';
import { grokExpression } from './grok-expression.js';
import { grokPatterns } from './grok-patterns.js';
import { lineReader } from './row-reader.js';
import { tableForm } from './table-form.js';

function read(format: string, custom: string, types: Readonly<Record<string, string>>, line: string) {
  const columns = Object.entries(types).map(([name, type]) => ({ name, type }));
  const form = tableForm({
    columns,
    properties: {},
    storage: {
      location: 's3://b/',
      serde: 'com.amazonaws.glue.serde.GrokSerDe',
      serdeProperties: { 'input.format': format, 'input.grokCustomPatterns': custom },
      inputFormat: '',
      outputFormat: '',
    },
  });
  assert.equal(form.kind, 'regex');
  return lineReader(
    form as Extract<typeof form, { kind: 'regex' }>,
    columns.map(({ name, type }) => ({ name, type: parseHiveType(type) })),
  )(line);
}

test('Postfix: a column by the name of a pattern, by a custom pattern, by the rest', () => {
  const format = '%{SYSLOGBASE} %{POSTFIX_QUEUEID:queue_id}: %{GREEDYDATA:syslog_message}';
  const columns = { syslogbase: 'string', queue_id: 'string', syslog_message: 'string', pid: 'int' };
  assert.deepEqual(
    read(
      format,
      'POSTFIX_QUEUEID [0-9A-F]{7,12}',
      columns,
      'Feb  9 07:15:00 m4eastmail postfix/smtpd[19305]: B88C4120838: connect from unknown[192.168.55.4]',
    ),
    {
      syslogbase: 'Feb  9 07:15:00 m4eastmail postfix/smtpd[19305]:',
      queue_id: 'B88C4120838',
      syslog_message: 'connect from unknown[192.168.55.4]',
      pid: 19305,
    },
  );
  const nothing = { syslogbase: null, queue_id: null, syslog_message: null, pid: null };
  assert.deepEqual(read(format, 'POSTFIX_QUEUEID [0-9A-F]{7,12}', columns, 'no mail'), nothing);
});

test('S3 access logs: custom patterns with groups of their own', () => {
  const format =
    '%{NOTSPACE:bucket_owner} %{NOTSPACE:bucket} \\[%{INSIDE_BRACKETS:time}\\] %{NOTSPACE:remote_ip} %{NOTSPACE:requester} %{NOTSPACE:request_id} %{NOTSPACE:operation} %{NOTSPACE:key} "?%{INSIDE_QS:request_uri}"? %{NOTSPACE:http_status} %{NOTSPACE:error_code} %{NOTSPACE:bytes_sent} %{NOTSPACE:object_size} %{NOTSPACE:total_time} %{NOTSPACE:turnaround_time} "?%{INSIDE_QS:referrer}"? "?%{INSIDE_QS:user_agent}"? %{NOTSPACE:version_id}';
  const line =
    '7cd47ef2be EXAMPLE-BUCKET [06/Feb/2019:00:00:38 +0000] 192.0.2.3 7cd47ef2be 891CE47D2EXAMPLE REST.GET.OBJECT photos/a.jpg "GET /photos/a.jpg?x=1 HTTP/1.1" 200 - 113 2048 7 5 "-" "S3Console/0.4" -';
  assert.deepEqual(
    read(
      format,
      'INSIDE_QS ([^"]*)\nINSIDE_BRACKETS ([^\\]]*)',
      {
        bucket: 'string',
        time: 'string',
        request_uri: 'string',
        http_status: 'int',
        object_size: 'bigint',
        user_agent: 'string',
      },
      line,
    ),
    {
      bucket: 'EXAMPLE-BUCKET',
      time: '06/Feb/2019:00:00:38 +0000',
      request_uri: 'GET /photos/a.jpg?x=1 HTTP/1.1',
      http_status: 200,
      object_size: 2048,
      user_agent: 'S3Console/0.4',
    },
  );
});

test('Apache: columns by the parts of a pattern', () => {
  const columns = {
    clientip: 'string',
    timestamp: 'string',
    verb: 'string',
    request: 'string',
    response: 'int',
    bytes: 'bigint',
    agent: 'string',
  };
  assert.deepEqual(
    read(
      '%{COMBINEDAPACHELOG}',
      '',
      columns,
      '192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"',
    ),
    {
      clientip: '192.0.2.7',
      timestamp: '10/Oct/2000:13:55:36 -0700',
      verb: 'GET',
      request: '/apache_pb.gif',
      response: 200,
      bytes: 2326,
      agent: '"Mozilla/4.08 [en] (Win98; I ;Nav)"',
    },
  );
});

describe('what a pattern takes, whole', () => {
  const cases: readonly (readonly [name: string, takes: readonly string[], refuses: readonly string[]])[] = [
    ['INT', ['-5', '+42'], ['4.2', 'x']],
    ['NUMBER', ['4.2', '-.5', '7'], ['4.', 'e5']],
    ['BASE16NUM', ['0xFF', 'cafe'], ['g']],
    ['WORD', ['a_1'], ['a-b', '']],
    ['NOTSPACE', ['a-b/ü'], ['a b']],
    ['QUOTEDSTRING', ['"a\\"b"', "'x'", '""'], ['"a', 'a']],
    ['UUID', ['01234567-89ab-4def-8123-456789abcdef'], ['0123']],
    ['MAC', ['00:1B:44:11:3A:B7', '001b.4411.3ab7', '00-1B-44-11-3A-B7'], ['00:1B']],
    ['IPV4', ['192.0.2.255', '0.0.0.0'], ['192.0.2.256', '1.2.3']],
    [
      'IPV6',
      ['2001:db8::1', '::1', '::', 'fe80::1%eth0', '::ffff:192.0.2.1', '1:2:3:4:5:6:7:8'],
      ['1:2', 'x::', '1:2:3:4:5:6:7'],
    ],
    ['IP', ['192.0.2.1', '2001:db8::1'], ['a.b']],
    ['HOSTNAME', ['ip-10-0-0-1.example.com', 'a'], ['-a', 'a b']],
    ['HOSTPORT', ['example.com:443'], ['example.com']],
    ['URI', ['https://user:x@example.com:8443/a/b?c=d&e=[1]', 'http://bucket/key'], ['example.com/a']],
    ['UNIXPATH', ['/var/log/x.log', '/'], ['var/log']],
    ['WINPATH', ['C:\\Windows\\x.log'], ['/x']],
    ['MONTH', ['Jan', 'September'], ['Janu', '1']],
    ['MONTHDAY', ['01', '31', '9'], ['32', '0']],
    ['TIME', ['23:59:60', '07:15:00.123'], ['24:00:00', '7:60:00']],
    ['DATE', ['11/21/2026', '21.11.2026'], ['2026-11-21']],
    [
      'TIMESTAMP_ISO8601',
      ['2026-11-21T10:00:00Z', '2026-11-21 10:00:00.5+01:00', '2026-11-21T10:00'],
      ['21.11.2026'],
    ],
    ['HTTPDATE', ['06/Feb/2019:00:00:38 +0000'], ['06/02/2019']],
    ['SYSLOGTIMESTAMP', ['Feb  9 07:15:00'], ['9 Feb']],
    ['SYSLOGPROG', ['postfix/smtpd[19305]', 'cron'], ['a b']],
    ['LOGLEVEL', ['INFO', 'warning', 'Error'], ['information', 'x']],
  ];
  for (const [name, takes, refuses] of cases)
    test(name, () => {
      const { source, flags } = grokExpression(`^%{${name}}$`, '', []);
      for (const text of takes) assert.match(text, new RegExp(source, flags));
      for (const text of refuses) assert.doesNotMatch(text, new RegExp(source, flags));
    });
  test('every name stands for an expression', () => {
    for (const name of Object.keys(grokPatterns)) grokExpression(`%{${name}:x}`, '', ['x']);
  });
});

test('groups: a type behind the name, a name twice, groups and classes of the expression itself', () => {
  const found = grokExpression('(?<day>\\d+) (a|b) [(%] (?>%{INT:n:int}|n=%{INT:n})', '', ['day', 'n']);
  assert.deepEqual(found.groups, ['day', 'n', 'n']);
  assert.deepEqual(new RegExp(found.source, found.flags).exec('7 a ( n=5')?.slice(1), ['7', undefined, '5']);
});

describe('refused', () => {
  const cases: readonly (readonly [format: string, custom: string, why: RegExp])[] = [
    ['%{NOPE:a}', '', /no pattern NOPE/],
    ['%{constructor:a}', '', /no pattern constructor/],
    ['%{A:a}', 'A %{B}\nB %{A}', /without end/],
    [
      '%{A9:a}',
      Array.from(
        { length: 10 },
        (_, at) => `A${at} ${at === 0 ? 'x'.repeat(500) : `%{A${at - 1}}`.repeat(9)}`,
      ).join('\n'),
      /more than 200000/,
    ],
    ['(%{INT:a}', '', /not an expression that Cairn can read/],
    ['(a)\\1', '', /refers back/],
    ['%{INT:a}', 'JUSTANAME', /no name and pattern/],
  ];
  for (const [format, custom, why] of cases)
    test(`${format} ${custom.slice(0, 20)}`, () => {
      assert.throws(() => grokExpression(format, custom, ['a']), why);
    });
  test('without a format', () => {
    const storage = {
      location: 's3://b/',
      serde: 'com.amazonaws.glue.serde.GrokSerDe',
      serdeProperties: {},
      inputFormat: '',
      outputFormat: '',
    };
    assert.throws(
      () => tableForm({ storage, properties: {}, columns: [] }),
      /needs the property "input.format"/,
    );
  });
});
