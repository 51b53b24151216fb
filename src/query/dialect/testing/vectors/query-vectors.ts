// SPDX-License-Identifier: Apache-2.0
import { readVectors } from './vector.js';

const SHIPPING = `(VALUES ('California', 94131, 'New Jersey', 8648, 13), ('California', 94131, 'New Jersey', 8540, 42), ('New Jersey', 7081, 'Connecticut', 6708, 225), ('California', 90210, 'Connecticut', 6927, 1337), ('California', 94131, 'Colorado', 80302, 5), ('New York', 10002, 'New Jersey', 8540, 3)) AS shipping (origin_state, origin_zip, destination_state, destination_zip, package_weight)`;

/** Rows are gathered into one cell: \`array_agg\` of what a page prints as a table. */
export const QUERY_VECTORS = readVectors(
  `
# SELECT: WITH RECURSIVE clause
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t ⇒ 10
# TestRecursiveCte
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 2 FROM t WHERE n < 6) SELECT array_agg(n ORDER BY n) from t ⇒ [1, 3, 5, 7]
WITH RECURSIVE t(n, m) AS (SELECT * FROM (VALUES(1, 2), (4, 100)) UNION ALL SELECT n + 1, m - 1 FROM t WHERE n < 5) SELECT array_agg(n * 1000 + m ORDER BY n, m DESC) from t ⇒ [1002, 2001, 3000, 4100, 3999, 5099, 4998]
WITH RECURSIVE t(n) AS (SELECT * FROM (VALUES(1), (1), (10)) UNION SELECT n + 2 FROM t WHERE n < 4) SELECT array_agg(n ORDER BY n) from t ⇒ [1, 3, 5, 10]
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT * FROM (WITH t(n) AS (SELECT 5) SELECT n + 1 FROM t)) SELECT array_agg(n ORDER BY n) from t ⇒ [1, 6]
WITH RECURSIVE a(x) AS (SELECT 1), b(y) AS (SELECT x FROM a UNION ALL SELECT y + 1 FROM b WHERE y < 2), c(z) AS (SELECT y FROM b UNION ALL SELECT z * 4 FROM c WHERE z < 4) SELECT array_agg(x * 100 + y * 10 + z ORDER BY x, y, z) FROM a, b, c ⇒ [111, 112, 114, 118, 121, 122, 124, 128]
WITH RECURSIVE t(n) AS (SELECT CAST(n AS varchar) FROM (VALUES('a'), ('b')) AS T(n) UNION ALL SELECT n || 'x' FROM t WHERE n < 'axx') SELECT array_agg(n ORDER BY n) from t ⇒ [a, ax, axx, b]
WITH RECURSIVE t(n) AS (SELECT BIGINT '1' UNION ALL SELECT CAST(n + 1 AS integer) FROM t WHERE n < 3) SELECT array_agg(n ORDER BY n) from t ⇒ [1, 2, 3]
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 2 FROM t LEFT JOIN (SELECT 10) u ON true WHERE n < 6) SELECT array_agg(n ORDER BY n) FROM t ⇒ [1, 3, 5, 7]
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT * FROM t) SELECT * FROM t ⇒ error: Recursion depth limit exceeded
WITH RECURSIVE t(list) AS (SELECT ARRAY[0] UNION ALL SELECT list || 0 FROM t WHERE any_match(list, x -> x = x) AND cardinality(list) < 4) SELECT max(cardinality(list)) FROM t ⇒ 4
# SELECT: GROUP BY clause
SELECT array_agg(w ORDER BY o, z, d) FROM (SELECT origin_state, origin_zip, destination_state, sum(package_weight) FROM SHIPPING GROUP BY GROUPING SETS ((origin_state), (origin_state, origin_zip), (destination_state))) AS t (o, z, d, w) ⇒ [1337, 60, 1397, 225, 225, 3, 3, 5, 1562, 58]
SELECT array_agg(w ORDER BY o, d) FROM (SELECT origin_state, destination_state, sum(package_weight) FROM SHIPPING GROUP BY CUBE (origin_state, destination_state)) AS t (o, d, w) ⇒ [5, 1337, 55, 1397, 225, 225, 3, 3, 5, 1562, 58, 1625]
SELECT array_agg(w ORDER BY o, z) FROM (SELECT origin_state, origin_zip, sum(package_weight) FROM SHIPPING GROUP BY ROLLUP (origin_state, origin_zip)) AS t (o, z, w) ⇒ [1337, 60, 1397, 225, 225, 3, 3, 1625]
SELECT count(*) FROM (SELECT sum(package_weight) FROM SHIPPING GROUP BY GROUPING SETS ((origin_state, destination_state)), ROLLUP (origin_zip)) ⇒ 10
SELECT array_agg(g ORDER BY g) FROM (SELECT DISTINCT grouping(origin_state, origin_zip, destination_state) FROM SHIPPING GROUP BY GROUPING SETS ((origin_state), (origin_state, origin_zip), (destination_state))) AS t (g) ⇒ [1, 3, 6]
# SELECT: set operations
SELECT array_agg(x ORDER BY x) FROM (SELECT 13 UNION SELECT * FROM (VALUES 42, 13)) AS t (x) ⇒ [13, 42]
SELECT array_agg(x ORDER BY x) FROM (SELECT 13 UNION ALL SELECT * FROM (VALUES 42, 13)) AS t (x) ⇒ [13, 13, 42]
SELECT * FROM (VALUES 13, 42) INTERSECT SELECT 13 ⇒ 13
SELECT * FROM (VALUES 13, 42) EXCEPT SELECT 13 ⇒ 42
SELECT array_agg(x) FROM (VALUES 1, 1, 1, 2 EXCEPT ALL VALUES 1, 2) AS t (x) ⇒ [1, 1]
SELECT array_agg(x) FROM (VALUES 1, 1, 2 INTERSECT ALL VALUES 1, 1, 1) AS t (x) ⇒ [1, 1]
SELECT array_agg(x ORDER BY x) FROM (VALUES 1, 2 UNION VALUES 3 INTERSECT VALUES 3 EXCEPT VALUES 1) AS t (x) ⇒ [2, 3]
# After SELECT: OFFSET, LIMIT or FETCH FIRST clause
SELECT array_agg(x) FROM (SELECT x FROM (VALUES 5, 2, 4, 1, 3) t(x) ORDER BY x OFFSET 2 LIMIT 2) ⇒ [3, 4]
SELECT x FROM (VALUES 5, 2, 4, 1, 3) t(x) ORDER BY x FETCH FIRST ROW ONLY ⇒ 1
SELECT array_agg(x ORDER BY x) FROM (SELECT x FROM (VALUES 1, 2, 2, 2, 3) t(x) ORDER BY x FETCH FIRST 2 ROWS WITH TIES) ⇒ [1, 2, 2, 2]
SELECT count(*) FROM (SELECT x, y FROM (VALUES (1, 1), (1, 2), (2, 3)) t(x, y) ORDER BY x OFFSET 1 ROW FETCH NEXT 1 ROW WITH TIES) ⇒ 1
SELECT count(*) FROM (SELECT * FROM (VALUES 1, 2) LIMIT ALL) ⇒ 2
# After SELECT: UNNEST
SELECT array_agg(n ORDER BY n) FROM UNNEST(ARRAY[1,2]) AS t(n) ⇒ [1, 2]
SELECT array_agg(animal || CAST(n AS varchar) ORDER BY n) FROM UNNEST(map_from_entries(ARRAY[('SQL',1974), ('Java', 1995)])) AS t(animal, n) ⇒ [SQL1974, Java1995]
SELECT array_agg(language ORDER BY first_appeared_year) FROM UNNEST(ARRAY[ROW('Java', 1995), ROW('SQL' , 1974)], ARRAY[ROW(false), ROW(true)]) as t(language,first_appeared_year,declarative) ⇒ [SQL, Java]
SELECT max(ord) FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t (x, ord) ⇒ 2
SELECT count(*) FROM (VALUES ('Java', ARRAY[]), ('x', ARRAY[1, 2])) t (p, l) LEFT JOIN UNNEST(l) AS u (v) ON TRUE ⇒ 3
# After SELECT: joins, subqueries, TABLE
SELECT count(*) FROM (VALUES 1, 2) AS a (x) CROSS JOIN (VALUES 1, 2, 3) AS b (y) ⇒ 6
SELECT x FROM (VALUES (1, 'a'), (2, 'b')) AS t (x, y) WHERE y = (SELECT max(z) FROM (VALUES 'a', 'b') AS s (z)) ⇒ 2
SELECT count(*) FROM (VALUES 1, 2, 3) AS t (x) WHERE x NOT IN (VALUES 1, 2) ⇒ 1
SELECT (SELECT 1 WHERE false) ⇒ NULL
SELECT count(*) FROM (VALUES 1, 2) AS t (x) WHERE EXISTS (SELECT 1 FROM (VALUES 2) AS s (y) WHERE y = x) ⇒ 1
WITH t (x) AS (VALUES 1, 2) SELECT count(*) FROM (TABLE t) ⇒ 2
SELECT (CAST(ROW(1, true) AS ROW(field1 bigint, field2 boolean))).field2 ⇒ true
# After Aggregate functions
SELECT listagg(value, ',') WITHIN GROUP (ORDER BY value) csv_value FROM (VALUES 'a', 'c', 'b') t(value) ⇒ a,b,c
SELECT listagg(value, ',' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY value) csv_value FROM (VALUES 'a', 'b', 'c') t(value) ⇒ a,b,c
SELECT listagg(value) WITHIN GROUP (ORDER BY o) FROM (VALUES (100, 1, 'a'), (200, 3, 'c'), (200, 2, 'b')) t(id, o, value) ⇒ abc
SELECT listagg(city, ',') WITHIN GROUP (ORDER BY population DESC) FILTER (WHERE population >= 10_000_000) FROM (VALUES ('India', 'Bangalore', 13_700_000), ('India', 'Chennai', 12_200_000), ('India', 'Ranchi', 1_547_000)) t(country, city, population) ⇒ Bangalore,Chennai
SELECT count(*) FROM (VALUES 1, NULL) AS t (x) ⇒ 2
SELECT count(x) FROM (VALUES 1, NULL) AS t (x) ⇒ 1
SELECT sum(x) FROM (VALUES CAST(NULL AS integer)) AS t (x) ⇒ NULL
SELECT avg(x) FROM (VALUES 1, 2) AS t (x) ⇒ 1.5
SELECT avg(x) FROM (VALUES DECIMAL '1.00', DECIMAL '2.01') AS t (x) ⇒ 1.51
SELECT count_if(x > 1) FROM (VALUES 1, 2, NULL) AS t (x) ⇒ 1
SELECT max(x, 2) FROM (VALUES 1, 3, 2) AS t (x) ⇒ [3, 2]
SELECT min(x, 2) FROM (VALUES 1, 3, 2) AS t (x) ⇒ [1, 2]
SELECT max_by(a, b, 2) FROM (VALUES ('x', 1), ('y', 3), ('z', 2)) AS t (a, b) ⇒ [y, z]
SELECT max_by(a, b) FROM (VALUES (NULL, 3), ('x', 1)) AS t (a, b) ⇒ NULL
SELECT bool_and(x) FROM (VALUES true, NULL) AS t (x) ⇒ true
SELECT bitwise_and_agg(x) FROM (VALUES 12, 10) AS t (x) ⇒ 8
SELECT histogram(x) FROM (VALUES 'b', 'a', 'b', NULL) AS t (x) ⇒ {a=1, b=2}
SELECT map_agg(k, v) FROM (VALUES ('a', 1), ('b', NULL)) AS t (k, v) ⇒ {a=1, b=null}
SELECT multimap_agg(k, v) FROM (VALUES ('a', 1), ('a', 2), ('b', 3)) AS t (k, v) ⇒ {a=[1, 2], b=[3]}
SELECT map_union(m) FROM (VALUES MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['b'], ARRAY[2])) AS t (m) ⇒ {a=1, b=2}
SELECT array_agg(x) FROM (VALUES CAST(NULL AS integer)) AS t (x) ⇒ [null]
SELECT array_agg(x) FILTER (WHERE x IS NOT NULL) FROM (VALUES 1, NULL) AS t (x) ⇒ [1]
SELECT array_agg(x) FROM (SELECT 1 WHERE false) AS t (x) ⇒ NULL
SELECT approx_percentile(x, 0.5) FROM (VALUES 1, 2, 3) AS t (x) ⇒ 2
SELECT approx_percentile(x, ARRAY[0.0, 1.0]) FROM (VALUES 1, 2, 3) AS t (x) ⇒ [1, 3]
SELECT entropy(c) FROM (VALUES 1, 1) AS t (c) ⇒ 1.0
SELECT stddev_pop(x) FROM (VALUES 2, 4) AS t (x) ⇒ 1.0
SELECT var_samp(x) FROM (VALUES 2, 4) AS t (x) ⇒ 2.0
SELECT count(*) FILTER (WHERE x > 1) FROM (VALUES 1, 2) AS t (x) ⇒ 1
SELECT count(DISTINCT x) FROM (VALUES 1, 1, 2) AS t (x) ⇒ 2
# After Window functions
SELECT array_agg(r ORDER BY x) FROM (SELECT x, rank() OVER (ORDER BY x) FROM (VALUES 1, 1, 2) AS t (x)) AS u (x, r) ⇒ [1, 1, 3]
SELECT array_agg(r ORDER BY x) FROM (SELECT x, dense_rank() OVER (ORDER BY x) FROM (VALUES 1, 1, 2) AS t (x)) AS u (x, r) ⇒ [1, 1, 2]
SELECT array_agg(r ORDER BY x) FROM (SELECT x, cume_dist() OVER (ORDER BY x) FROM (VALUES 1, 2) AS t (x)) AS u (x, r) ⇒ [0.5, 1.0]
SELECT array_agg(r ORDER BY x) FROM (SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM (VALUES 1, 2, 3) AS t (x)) AS u (x, r) ⇒ [3, 6, 5]
SELECT array_agg(r ORDER BY x) FROM (SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2, 4) AS t (x)) AS u (x, r) ⇒ [1, 3, 4]
SELECT array_agg(r ORDER BY x) FROM (SELECT x, count(*) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 1, 2) AS t (x)) AS u (x, r) ⇒ [2, 2, 3]
SELECT array_agg(r ORDER BY x) FROM (SELECT x, first_value(y) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, NULL), (2, 7)) AS t (x, y)) AS u (x, r) ⇒ [null, 7]
SELECT array_agg(r ORDER BY x) FROM (SELECT x, lag(x, 1, 0) OVER (ORDER BY x) FROM (VALUES 1, 2) AS t (x)) AS u (x, r) ⇒ [0, 1]
SELECT array_agg(r ORDER BY x) FROM (SELECT x, nth_value(x, 2) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM (VALUES 1, 2) AS t (x)) AS u (x, r) ⇒ [2, 2]
`.replaceAll('FROM SHIPPING', `FROM ${SHIPPING}`),
);
