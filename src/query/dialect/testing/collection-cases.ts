// SPDX-License-Identifier: Apache-2.0
import { fails, gives, is, type SqlTopic } from './sql-case.js';

export const COLLECTION_TOPICS: readonly SqlTopic[] = [
  {
    title: 'Arrays and lambdas',
    page: 'Array functions and operators; Lambda expressions',
    cases: [
      is(
        'SELECT ARRAY[5, 6][1], element_at(ARRAY[5, 6], -1), element_at(ARRAY[5], 9), cardinality(ARRAY[1, 2])',
        '5',
        '6',
        null,
        '2',
      ),
      fails('SELECT sequence(1, 10001)', 'INVALID_VALUE', 'must not have more than 10000 entries'),
      fails("SELECT repeat('a', 10001)", 'INVALID_VALUE', 'less than or equal to 10000'),
      fails('SELECT filter(ARRAY[1], x -> x)', 'SYNTAX_ERROR', 'Unexpected parameters'),
      fails(
        'SELECT ARRAY[1, 2, 3][9]',
        'INVALID_VALUE',
        'Array subscript must be less than or equal to array length',
      ),
      fails('SELECT ARRAY[1][x] FROM (VALUES 0) AS t (x)', 'INVALID_VALUE', 'SQL array indices start at 1'),
      is('SELECT ARRAY[1] || ARRAY[2], ARRAY[1] || 2, 2 || ARRAY[1]', '[1, 2]', '[1, 2]', '[2, 1]'),
      is(
        'SELECT contains(ARRAY[1, 2], 2), contains(ARRAY[1, NULL], 2), array_position(ARRAY[1, 2], 2), arrays_overlap(ARRAY[1], ARRAY[1, 2])',
        'true',
        null,
        '2',
        'true',
      ),
      is(
        'SELECT array_distinct(ARRAY[2, 1, NULL, 2, NULL]), array_sort(ARRAY[3, NULL, 1]), array_max(ARRAY[1, 3]), array_min(ARRAY[1, NULL])',
        '[2, 1, null]',
        '[1, 3, null]',
        '3',
        null,
      ),
      is(
        'SELECT array_intersect(ARRAY[1, 2, 2], ARRAY[2]), array_union(ARRAY[1], ARRAY[2, 1]), array_except(ARRAY[1, 2], ARRAY[2]), array_remove(ARRAY[1, 2, 1], 1)',
        '[2]',
        '[1, 2]',
        '[1]',
        '[2]',
      ),
      is(
        "SELECT array_join(ARRAY[1, NULL, 3], ','), array_join(ARRAY[1, NULL], ',', 'x'), flatten(ARRAY[ARRAY[1], ARRAY[2, 3]]), slice(ARRAY[1, 2, 3], 2, 2), slice(ARRAY[1, 2, 3], -2, 1)",
        '1,3',
        '1,x',
        '[1, 2, 3]',
        '[2, 3]',
        '[2]',
      ),
      is(
        "SELECT sequence(1, 3), sequence(3, 1), sequence(1, 7, 3), sequence(DATE '2020-01-01', DATE '2020-01-02'), repeat('a', 2), reverse(ARRAY[1, 2])",
        '[1, 2, 3]',
        '[3, 2, 1]',
        '[1, 4, 7]',
        '[2020-01-01, 2020-01-02]',
        '[a, a]',
        '[2, 1]',
      ),
      is(
        'SELECT transform(ARRAY[5, NULL, 6], x -> COALESCE(x, 0) + 1), filter(ARRAY[5, -6, NULL, 7], x -> x > 0)',
        '[6, 1, 7]',
        '[5, 7]',
      ),
      is(
        'SELECT transform(ARRAY[ARRAY[1, NULL, 2], ARRAY[3, NULL]], a -> filter(a, x -> x IS NOT NULL))',
        '[[1, 2], [3]]',
      ),
      is(
        'SELECT reduce(ARRAY[], 0, (s, x) -> s + x, s -> s), reduce(ARRAY[5, 20, 50], 0, (s, x) -> s + x, s -> s), reduce(ARRAY[5, 20, NULL, 50], 0, (s, x) -> s + coalesce(x, 0), s -> s)',
        '0',
        '75',
        '75',
      ),
      is(
        'SELECT reduce(ARRAY[5, 6, 10, 20], CAST(ROW(0.0, 0) AS ROW(sum double, count integer)), (s, x) -> CAST(ROW(x + s.sum, s.count + 1) AS ROW(sum double, count integer)), s -> IF(s.count = 0, NULL, s.sum / s.count))',
        '10.25',
      ),
      is(
        'SELECT any_match(ARRAY[1, 2], x -> x = 2), any_match(ARRAY[1, NULL], x -> x = 2), all_match(ARRAY[1, 2], x -> x > 0), none_match(ARRAY[1], x -> x = 2)',
        'true',
        null,
        'true',
        'true',
      ),
      is(
        "SELECT zip_with(ARRAY[1, 3, 5], ARRAY['a', 'b', 'c'], (x, y) -> (y, x)), zip_with(ARRAY[1, 2], ARRAY[3, 4], (x, y) -> x + y), zip(ARRAY[1, 2], ARRAY['1b', NULL])",
        '[{field0=a, field1=1}, {field0=b, field1=3}, {field0=c, field1=5}]',
        '[4, 6]',
        '[{field0=1, field1=1b}, {field0=2, field1=null}]',
      ),
    ],
  },
  {
    title: 'Maps',
    page: 'Map functions and operators; Lambda expressions',
    cases: [
      is(
        "SELECT MAP(ARRAY['a', 'b'], ARRAY[1, 2])['a'], element_at(MAP(ARRAY['a'], ARRAY[1]), 'x'), cardinality(MAP(ARRAY['a'], ARRAY[1]))",
        '1',
        null,
        '1',
      ),
      fails("SELECT MAP(ARRAY['a'], ARRAY[1])['z']", 'INVALID_VALUE', 'Key not present in map: z'),
      is(
        "SELECT map_keys(MAP(ARRAY['a'], ARRAY[1])), map_values(MAP(ARRAY['a'], ARRAY[1])), map_entries(MAP(ARRAY[1], ARRAY['x'])), map_from_entries(ARRAY[(1, 'x'), (2, 'y')])",
        '[a]',
        '[1]',
        '[{field0=1, field1=x}]',
        '{1=x, 2=y}',
      ),
      is(
        "SELECT map_filter(MAP(ARRAY['k1', 'k2', 'k3'], ARRAY[20, 3, 15]), (k, v) -> v > 10), transform_values(MAP(ARRAY[1, 2], ARRAY[10, 20]), (k, v) -> v + k), transform_keys(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> k || 'x')",
        '{k1=20, k3=15}',
        '{1=11, 2=22}',
        '{ax=1}',
      ),
      is("SELECT map_concat(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a', 'b'], ARRAY[2, 3]))", '{a=2, b=3}'),
    ],
  },
  {
    title: 'Addresses and URLs',
    page: 'IP address functions; URL functions',
    cases: [
      is(
        "SELECT contains('10.0.0.0/8', IPADDRESS '10.255.255.255'), contains('2001:db8::/32', IPADDRESS '2001:db8:1::1'), contains('10.0.0.0/8', IPADDRESS '11.255.255.255')",
        'true',
        'true',
        'false',
      ),
      gives(
        "SELECT x, rank() OVER (ORDER BY x DESC) FROM (VALUES IPADDRESS '10.0.0.1', IPADDRESS '9.0.0.1') AS t (x) ORDER BY x",
        ['9.0.0.1', '2'],
        ['10.0.0.1', '1'],
      ),
      is(
        "SELECT min(x), max(x), max_by(y, x), array_agg(x ORDER BY x) FROM (VALUES (IPADDRESS '10.0.0.1', 'a'), (IPADDRESS '9.0.0.1', 'b')) AS t (x, y)",
        '9.0.0.1',
        '10.0.0.1',
        'a',
        '[9.0.0.1, 10.0.0.1]',
      ),
      is(
        "SELECT contains('192.168.0.0/16', try_cast('AWS Internal' AS ipaddress)), CAST('10.0.0.1' AS ipaddress) = IPADDRESS '10.0.0.1'",
        null,
        'true',
      ),
      is(
        "SELECT url_extract_host('https://u@example.com:8080/a/b?x=1&y=a+b#f'), url_extract_port('https://example.com:8080/'), url_extract_path('https://example.com/a/b?x=1'), url_extract_protocol('https://e/')",
        'example.com',
        '8080',
        '/a/b',
        'https',
      ),
      is(
        "SELECT url_extract_query('http://e/?x=1#f'), url_extract_fragment('http://e/#f'), url_extract_parameter('http://e/?x=1&y=a+b', 'y'), url_encode('a b/c'), url_decode('a+b%2Fc')",
        'x=1',
        'f',
        'a b',
        'a+b%2Fc',
        'a b/c',
      ),
    ],
  },
];
