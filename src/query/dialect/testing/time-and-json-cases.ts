// SPDX-License-Identifier: Apache-2.0
import { fails, gives, is, type SqlTopic } from './sql-case.js';

/** The clock of the cases stands at 2026-11-21 10:00:00.123 UTC. */
export const TIME_AND_JSON_TOPICS: readonly SqlTopic[] = [
  {
    title: 'Dates and times',
    page: 'Date and time functions and operators',
    cases: [
      is(
        'SELECT current_date, now(), localtimestamp',
        '2026-11-21',
        '2026-11-21 10:00:00.123 UTC',
        '2026-11-21 10:00:00.123',
      ),
      is(
        "SELECT from_iso8601_timestamp('2020-05-11T11:15:05Z'), from_iso8601_timestamp('2020-05-11'), from_iso8601_date('2020-05-11')",
        '2020-05-11 11:15:05.000 UTC',
        '2020-05-11 00:00:00.000 UTC',
        '2020-05-11',
      ),
      is(
        "SELECT from_iso8601_timestamp('2020-05-11T11:15:05.055+01:00') = TIMESTAMP '2020-05-11 10:15:05.055 UTC'",
        'true',
      ),
      is(
        "SELECT date_add('day', -7, now()), date_add('second', 86, TIMESTAMP '2020-03-01 00:00:00'), date_add('month', 1, DATE '2020-01-31'), date_add('week', 1, DATE '2020-01-01')",
        '2026-11-14 10:00:00.123 UTC',
        '2020-03-01 00:01:26.000',
        '2020-02-29',
        '2020-01-08',
      ),
      is(
        "SELECT date_diff('second', TIMESTAMP '2020-03-01 00:00:00', TIMESTAMP '2020-03-02 00:00:00'), date_diff('hour', TIMESTAMP '2020-03-01 00:00:00', TIMESTAMP '2020-03-02 00:00:00'), date_diff('day', DATE '2020-03-01', DATE '2020-03-02')",
        '86400',
        '24',
        '1',
      ),
      is("SELECT date_diff('day', TIMESTAMP '2020-03-01 23:59:00', TIMESTAMP '2020-03-02 00:01:00')", '0'),
      is(
        "SELECT date_trunc('hour', TIMESTAMP '2022-10-20 05:10:00'), date_trunc('month', DATE '2022-10-20'), date_trunc('week', TIMESTAMP '2022-10-20 05:10:00')",
        '2022-10-20 05:00:00.000',
        '2022-10-01',
        '2022-10-17 00:00:00.000',
      ),
      is(
        "SELECT TIMESTAMP '2012-10-31 01:00 UTC' AT TIME ZONE 'America/Los_Angeles'",
        '2012-10-30 18:00:00.000 America/Los_Angeles',
      ),
      is(
        "SELECT at_timezone(TIMESTAMP '2022-11-01 09:08:07.321 UTC', '+02:00'), with_timezone(TIMESTAMP '2021-08-01 11:00:00', 'UTC')",
        '2022-11-01 11:08:07.321 +02:00',
        '2021-08-01 11:00:00.000 UTC',
      ),
      is(
        "SELECT date_trunc('day', TIMESTAMP '2022-11-01 03:00:00 UTC' AT TIME ZONE 'America/New_York'), hour(TIMESTAMP '2022-11-01 03:00:00 UTC' AT TIME ZONE 'America/New_York')",
        '2022-10-31 00:00:00.000 America/New_York',
        '23',
      ),
      is(
        "SELECT date_format(TIMESTAMP '2022-10-20 05:10:00', '%m-%d-%Y %H'), date_parse('2022/10/20/05', '%Y/%m/%d/%H')",
        '10-20-2022 05',
        '2022-10-20 05:00:00.000',
      ),
      is(
        "SELECT format_datetime(TIMESTAMP '2022-10-20 05:10:00', 'yyyy-MM-dd''T''HH:mm:ss'), parse_datetime('2022-10-20T05:10:00Z', 'yyyy-MM-dd''T''HH:mm:ss''Z''')",
        '2022-10-20T05:10:00',
        '2022-10-20 05:10:00.000 UTC',
      ),
      is(
        "SELECT from_unixtime(1666242600), to_unixtime(TIMESTAMP '2022-10-20 05:10:00'), to_iso8601(TIMESTAMP '2022-10-20 05:10:00 UTC')",
        '2022-10-20 05:10:00.000 UTC',
        '1.6662426E9',
        '2022-10-20T05:10:00.000Z',
      ),
      is(
        "SELECT year(DATE '2022-10-20'), month(DATE '2022-10-20'), day(DATE '2022-10-20'), day_of_week(DATE '2022-10-20'), day_of_year(DATE '2022-10-20'), week(DATE '2022-10-20'), quarter(DATE '2022-10-20')",
        '2022',
        '10',
        '20',
        '4',
        '293',
        '42',
        '4',
      ),
      is(
        "SELECT EXTRACT(YEAR FROM TIMESTAMP '2022-10-20 05:10:00'), EXTRACT(MINUTE FROM TIMESTAMP '2022-10-20 05:10:00'), last_day_of_month(DATE '2022-02-03')",
        '2022',
        '10',
        '2022-02-28',
      ),
      is(
        "SELECT DATE '2012-08-08' + INTERVAL '2' DAY, TIMESTAMP '2012-08-08 01:00' + INTERVAL '29' HOUR, TIMESTAMP '2012-10-31 01:00' - INTERVAL '1' MONTH",
        '2012-08-10',
        '2012-08-09 06:00:00.000',
        '2012-09-30 01:00:00.000',
      ),
      is(
        "SELECT date('2020-01-02') > DATE '2020-01-01', DATE '2020-01-01' < TIMESTAMP '2020-01-01 00:00:01', CAST(now() AS date)",
        'true',
        'true',
        '2026-11-21',
      ),
      fails("SELECT date_add('fortnight', 1, now())", 'SYNTAX_ERROR', 'is not a valid TIMESTAMP field'),
      fails("SELECT DATE '2020-02-30'", 'SYNTAX_ERROR', 'not a valid DATE literal'),
    ],
  },
  {
    title: 'JSON',
    page: 'JSON functions and operators',
    cases: [
      is(
        `SELECT json_extract_scalar('{"store":{"book":[{"title":"A"}]}}', '$.store.book[0].title'), json_extract_scalar('{"a":[1]}', '$.a'), json_extract_scalar('no json', '$.a')`,
        'A',
        null,
        null,
      ),
      is(
        `SELECT json_extract_scalar('{"x-y":{"a b":1}}', '$["x-y"]["a b"]'), json_extract_scalar('{"a":null,"b":true}', '$.a'), json_extract_scalar('{"b":true}', '$.b')`,
        '1',
        null,
        'true',
      ),
      is(`SELECT json_extract('{"a":{"b":[1,2]}}', '$.a.b'), json_extract('{"a":1}', '$.z')`, '[1,2]', null),
      is(
        `SELECT json_array_length('[1, 2, 3]'), json_array_length('{}'), json_array_get('["a", [3, 9], "c"]', 1), json_array_get('[1]', 9)`,
        '3',
        null,
        '[3,9]',
        null,
      ),
      is(
        `SELECT json_array_contains('[1, 2, 3]', 2), json_array_contains('["a"]', 'b'), json_size('{"x": {"a": 1, "b": 2}}', '$.x'), json_size('{"x": [1, 2, 3]}', '$.x')`,
        'true',
        'false',
        '2',
        '3',
      ),
      is(
        `SELECT json_format(json_parse('{"a": 1}')), is_json_scalar('1'), is_json_scalar('[1, 2, 3]'), json_format(JSON '[1, 2]')`,
        '{"a":1}',
        'true',
        'false',
        '[1,2]',
      ),
      is(
        `SELECT CAST(JSON '[1,23,456]' AS array(integer)), CAST(JSON '{"k1":1,"k2":23}' AS map(varchar, integer)), CAST(JSON '{"v1":123,"v2":"abc","v3":true}' AS ROW(v1 bigint, v2 varchar, v3 boolean))`,
        '[1, 23, 456]',
        '{k1=1, k2=23}',
        '{v1=123, v2=abc, v3=true}',
      ),
      is(
        "SELECT CAST('ABC' AS json), CAST(ARRAY[1, 23] AS json), CAST(MAP(ARRAY['k'], ARRAY[1]) AS json), CAST(CAST(ROW(123, 'abc') AS ROW(v1 bigint, v2 varchar)) AS json)",
        '"ABC"',
        '[1,23]',
        '{"k":1}',
        '{"v1":123,"v2":"abc"}',
      ),
      gives(
        `SELECT * FROM json_table('[{"id":1,"name":"Africa","wikiDataId":"Q15"}, {"id":2,"name":"Americas","wikiDataId":"Q828"}]', 'strict $' COLUMNS (NESTED PATH 'strict $[*]' COLUMNS (id integer PATH 'strict $.id', name varchar PATH 'strict $.name', wiki_data_id varchar PATH 'strict $."wikiDataId"'))) ORDER BY 1`,
        ['1', 'Africa', 'Q15'],
        ['2', 'Americas', 'Q828'],
      ),
      gives(
        `SELECT * FROM json_table('[{"continent": "Asia", "countries": [{"name": "Japan", "population": 125.7}, {"name": "Thailand", "population": 71.6}]}, {"continent": "Europe", "countries": [{"name": "France", "population": 67.4}]}]', 'lax $' COLUMNS (NESTED PATH 'lax $[*]' COLUMNS (continent varchar PATH 'lax $.continent', NESTED PATH 'lax $.countries[*]' COLUMNS (country varchar PATH 'lax $.name', population double PATH 'lax $.population')))) ORDER BY 2`,
        ['Europe', 'France', '67.4'],
        ['Asia', 'Japan', '125.7'],
        ['Asia', 'Thailand', '71.6'],
      ),
      gives(
        `SELECT t.k, j.* FROM (VALUES ('a', '{"l":[{"x":1,"y":"p"},{"x":"z"}]}'), ('b', '{}'), ('c', 'no')) AS t (k, d), JSON_TABLE(d, 'lax $.l[*]' COLUMNS (n FOR ORDINALITY, x integer PATH 'lax $.x' DEFAULT -1 ON ERROR, y varchar(3) PATH 'lax $.y' DEFAULT 'non' ON EMPTY, z varchar FORMAT JSON PATH 'lax $')) AS j ORDER BY n`,
        ['a', '1', '1', 'p', '{"x":1,"y":"p"}'],
        ['a', '2', '-1', 'non', '{"x":"z"}'],
      ),
      gives(`SELECT a, b FROM json_table('{"A": 42, "b": true}', 'lax $' COLUMNS (a bigint, "b" boolean))`, [
        '42',
        'true',
      ]),
      gives(`SELECT count(*) FROM json_table('no json', 'lax $' COLUMNS (a bigint) EMPTY ON ERROR)`, ['0']),
      fails(
        `SELECT * FROM json_table('no json', 'lax $' COLUMNS (a bigint) ERROR ON ERROR)`,
        'INVALID_VALUE',
        '',
      ),
      fails(
        `SELECT * FROM json_table('{}', 'lax $' COLUMNS (a bigint, A varchar))`,
        'SYNTAX_ERROR',
        'different names: a',
      ),
      fails(
        `SELECT * FROM json_table('{}', 'lax $' PASSING 1 AS x COLUMNS (a bigint))`,
        'NOT_SUPPORTED',
        'PASSING',
      ),
      fails("SELECT json_parse('not json')", 'INVALID_VALUE', 'JSON'),
      fails(`SELECT json_extract('{}', '$.a[*]')`, 'SYNTAX_ERROR', 'Invalid JSON path'),
    ],
  },
];
