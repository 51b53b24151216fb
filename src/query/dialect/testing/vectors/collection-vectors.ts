// SPDX-License-Identifier: Apache-2.0
import { readVectors } from './vector.js';

export const COLLECTION_VECTORS = readVectors(`
# Array functions and operators
ARRAY[1, 2, 4] ⇒ [1, 2, 4]
ARRAY['foo', 'bar', 'bazz'] ⇒ [foo, bar, bazz]
ARRAY[1, 1.2, 4] ⇒ [1.0, 1.2, 4.0]
ARRAY[1, 2, NULL, -4, NULL] ⇒ [1, 2, null, -4, null]
ARRAY[1, 1.2, 4][2] ⇒ 1.2
ARRAY[1] || ARRAY[2] ⇒ [1, 2]
ARRAY[1] || 2 ⇒ [1, 2]
2 || ARRAY[1] ⇒ [2, 1]
array_histogram(ARRAY[42, 7, 42, NULL]) ⇒ {42=2, 7=1}
array_histogram(ARRAY[NULL, NULL]) ⇒ {}
array_sort(ARRAY[3, 2, 5, 1, 2], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1))) ⇒ [5, 3, 2, 2, 1]
array_sort(ARRAY['bc', 'ab', 'dc'], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1))) ⇒ [dc, bc, ab]
array_sort(ARRAY['a', 'abcd', 'abc'], (x, y) -> IF(length(x) < length(y), -1, IF(length(x) = length(y), 0, 1))) ⇒ [a, abc, abcd]
combinations(ARRAY['foo', 'bar', 'baz'], 2) ⇒ [[foo, bar], [foo, baz], [bar, baz]]
combinations(ARRAY[1, 2, 3], 2) ⇒ [[1, 2], [1, 3], [2, 3]]
filter(ARRAY[], x -> true) ⇒ []
filter(ARRAY[5, -6, NULL, 7], x -> x > 0) ⇒ [5, 7]
filter(ARRAY[5, NULL, 7, NULL], x -> x IS NOT NULL) ⇒ [5, 7]
ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 2) ⇒ [[foo, bar], [bar, baz], [baz, foo]]
ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 3) ⇒ [[foo, bar, baz], [bar, baz, foo]]
ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 5) ⇒ [[foo, bar, baz, foo]]
ngrams(ARRAY[1, 2, 3, 4], 2) ⇒ [[1, 2], [2, 3], [3, 4]]
reduce(ARRAY[], 0, (s, x) -> s + x, s -> s) ⇒ 0
reduce(ARRAY[5, 20, 50], 0, (s, x) -> s + x, s -> s) ⇒ 75
reduce(ARRAY[5, 20, NULL, 50], 0, (s, x) -> s + x, s -> s) ⇒ NULL
reduce(ARRAY[5, 20, NULL, 50], 0, (s, x) -> s + coalesce(x, 0), s -> s) ⇒ 75
reduce(ARRAY[5, 20, NULL, 50], 0, (s, x) -> IF(x IS NULL, s, s + x), s -> s) ⇒ 75
reduce(ARRAY[2147483647, 1], BIGINT '0', (s, x) -> s + x, s -> s) ⇒ 2147483648
reduce(ARRAY[5, 6, 10, 20], CAST(ROW(0.0, 0) AS ROW(sum DOUBLE, count INTEGER)), (s, x) -> CAST(ROW(x + s.sum, s.count + 1) AS ROW(sum DOUBLE, count INTEGER)), s -> IF(s.count = 0, NULL, s.sum / s.count)) ⇒ 10.25
trim_array(ARRAY[1, 2, 3, 4], 1) ⇒ [1, 2, 3]
trim_array(ARRAY[1, 2, 3, 4], 2) ⇒ [1, 2]
transform(ARRAY[], x -> x + 1) ⇒ []
transform(ARRAY[5, 6], x -> x + 1) ⇒ [6, 7]
transform(ARRAY[5, NULL, 6], x -> coalesce(x, 0) + 1) ⇒ [6, 1, 7]
transform(ARRAY['x', 'abc', 'z'], x -> x || '0') ⇒ [x0, abc0, z0]
transform(ARRAY[ARRAY[1, NULL, 2], ARRAY[3, NULL]], a -> filter(a, x -> x IS NOT NULL)) ⇒ [[1, 2], [3]]
euclidean_distance(ARRAY[1.0, 2.0], ARRAY[3.0, 4.0]) ⇒ 2.8284271247461903
dot_product(ARRAY[1.0, 2.0], ARRAY[3.0, 4.0]) ⇒ 11.0
zip(ARRAY[1, 2], ARRAY['1b', null, '3b']) ⇒ [{field0=1, field1=1b}, {field0=2, field1=null}, {field0=null, field1=3b}]
zip_with(ARRAY[1, 3, 5], ARRAY['a', 'b', 'c'], (x, y) -> (y, x)) ⇒ [{field0=a, field1=1}, {field0=b, field1=3}, {field0=c, field1=5}]
zip_with(ARRAY[1, 2], ARRAY[3, 4], (x, y) -> x + y) ⇒ [4, 6]
zip_with(ARRAY['a', 'b', 'c'], ARRAY['d', 'e', 'f'], (x, y) -> concat(x, y)) ⇒ [ad, be, cf]
zip_with(ARRAY['a'], ARRAY['d', null, 'f'], (x, y) -> coalesce(x, y)) ⇒ [a, null, f]
# TestArrayOperators.testConstructor
ARRAY[] ⇒ []
ARRAY[NULL] ⇒ [null]
ARRAY[1, 2.0E0, 3] ⇒ [1.0, 2.0, 3.0]
ARRAY[ARRAY[1, 2], NULL, ARRAY[3]] ⇒ [[1, 2], null, [3]]
ARRAY[sqrt(-1)] ⇒ [NaN]
ARRAY[1.0, 2.0, 3.11] ⇒ [1.00, 2.00, 3.11]
# After TestArrayOperators.testArrayToArrayConcat, testElementArrayConcat
ARRAY[1, NULL] || ARRAY[3] ⇒ [1, null, 3]
ARRAY[] || ARRAY['a'] ⇒ [a]
CAST(NULL AS ARRAY(INTEGER)) || ARRAY[1] ⇒ NULL
ARRAY[ARRAY[1], ARRAY[2]] || ARRAY[ARRAY[3]] ⇒ [[1], [2], [3]]
ARRAY[1.5, 2] || 3 ⇒ [1.5, 2.0, 3.0]
# After TestArrayOperators.testSubscript
ARRAY['puppies', 'kittens'][2] ⇒ kittens
ARRAY[1, 2, NULL][3] ⇒ NULL
ARRAY[ARRAY[1, 2], NULL, ARRAY[3, NULL]][3][1] ⇒ 3
ARRAY[1, 2, 3][0] ⇒ error: SQL array indices start at 1
ARRAY[1, 2, 3][-1] ⇒ error: negative
ARRAY[1, 2, 3][4] ⇒ error: Array subscript must be less than or equal to array length
# After TestArrayOperators.testElementAt
element_at(ARRAY[1, 2, 3], 3) ⇒ 3
element_at(ARRAY[1, 2, 3], -1) ⇒ 3
element_at(ARRAY[1, 2, 3], 4) ⇒ NULL
element_at(ARRAY[1, 2, 3], -4) ⇒ NULL
element_at(ARRAY['puppies', NULL, 'kittens'], 2) ⇒ NULL
element_at(ARRAY[1, 2, 3], 0) ⇒ error: SQL array indices start at 1
# After TestArrayOperators.testArrayContains
CONTAINS(ARRAY['puppies', 'kittens'], 'kittens') ⇒ true
CONTAINS(ARRAY['puppies', 'kittens'], 'lizards') ⇒ false
CONTAINS(ARRAY[1, 2, 3], NULL) ⇒ NULL
CONTAINS(ARRAY[1, NULL, 3], 2) ⇒ NULL
CONTAINS(ARRAY[NULL, 2], 2) ⇒ true
CONTAINS(ARRAY[], 2) ⇒ false
CONTAINS(ARRAY[1.1, 2.2], 2.2) ⇒ true
# After TestArrayOperators.testArrayJoin
array_join(ARRAY[1, NULL, 2], ',') ⇒ 1,2
array_join(ARRAY[1.0E0, 2.1E0, 3.3E0], 'x') ⇒ 1.0x2.1x3.3
array_join(ARRAY['a', NULL], '-', '?') ⇒ a-?
array_join(ARRAY[true, false], ';') ⇒ true;false
array_join(ARRAY[], ',') ⇒
# After TestArrayOperators.testArrayMin, testArrayMax
array_max(ARRAY[]) ⇒ NULL
array_max(ARRAY[NULL, 1]) ⇒ NULL
array_max(ARRAY['puppies', 'kittens']) ⇒ puppies
array_min(ARRAY[3, 1, 2]) ⇒ 1
array_min(ARRAY[1, NULL]) ⇒ NULL
# After TestArrayOperators.testArrayPosition
array_position(ARRAY[10, 20, 30, 40], 30) ⇒ 3
array_position(ARRAY['a', 'c', 'b'], 'x') ⇒ 0
array_position(ARRAY[NULL, 'c'], 'c') ⇒ 2
array_position(ARRAY[1], NULL) ⇒ NULL
# After TestArrayOperators.testSort
array_sort(ARRAY[2, 3, 4, 1]) ⇒ [1, 2, 3, 4]
array_sort(ARRAY['z', 'f', NULL, 's']) ⇒ [f, s, z, null]
array_sort(ARRAY[true, false]) ⇒ [false, true]
array_sort(ARRAY[ARRAY[7, 1], ARRAY[3]]) ⇒ [[3], [7, 1]]
# After TestArrayOperators.testReverse, testDistinct, testSlice
reverse(ARRAY[1, 2, NULL]) ⇒ [null, 2, 1]
array_distinct(ARRAY[]) ⇒ []
array_distinct(ARRAY[2, 3, 4, 3, 1, 2, 3]) ⇒ [2, 3, 4, 1]
array_distinct(ARRAY[NULL, NULL]) ⇒ [null]
slice(ARRAY[1, 2, 3, 4, 5], 1, 4) ⇒ [1, 2, 3, 4]
slice(ARRAY[1, 2, 3, 4], 3, 4) ⇒ [3, 4]
slice(ARRAY[1, 2, 3, 4], 1, 0) ⇒ []
slice(ARRAY[1, 2, 3, 4], -2, 2) ⇒ [3, 4]
slice(ARRAY[1, 2, 3, 4], -5, 5) ⇒ []
slice(ARRAY[1, 2, 3, 4], 1, -1) ⇒ error: length must be greater than or equal to 0
slice(ARRAY[1, 2, 3, 4], 0, 1) ⇒ error: SQL array indices start at 1
# After TestArrayOperators.testArraysOverlap
arrays_overlap(ARRAY[1, 2], ARRAY[2, 3]) ⇒ true
arrays_overlap(ARRAY[1, 2], ARRAY[3, 4]) ⇒ false
arrays_overlap(ARRAY[1, NULL], ARRAY[3, 4]) ⇒ NULL
arrays_overlap(ARRAY[1, NULL], ARRAY[1, NULL]) ⇒ true
arrays_overlap(ARRAY[], ARRAY[1]) ⇒ false
# After TestArrayOperators.testArrayIntersect, testArrayUnion, TestArrayExceptFunction
array_intersect(ARRAY[12], ARRAY[10]) ⇒ []
array_intersect(ARRAY['foo', 'bar', 'baz'], ARRAY['foo', 'test', 'bar']) ⇒ [foo, bar]
array_intersect(ARRAY[NULL], ARRAY[NULL, NULL]) ⇒ [null]
array_union(ARRAY[10, 12], ARRAY[12, NULL]) ⇒ [10, 12, null]
array_union(ARRAY[1.5], ARRAY[2]) ⇒ [1.5, 2.0]
array_except(ARRAY[1, 5, 3], ARRAY[3]) ⇒ [1, 5]
array_except(ARRAY['x', 'x', NULL], ARRAY['y']) ⇒ [x, null]
array_remove(ARRAY['foo', 'bar', 'baz'], 'foo') ⇒ [bar, baz]
array_remove(ARRAY[1, NULL, 3], 3) ⇒ [1, null]
array_remove(ARRAY[1, NULL], NULL) ⇒ NULL
# After TestArrayOperators.testRepeat, testSequence, testFlatten
repeat(1, 5) ⇒ [1, 1, 1, 1, 1]
repeat('varchar', 3) ⇒ [varchar, varchar, varchar]
repeat(NULL, 4) ⇒ [null, null, null, null]
repeat(5, 0) ⇒ []
repeat(2, -1) ⇒ error: count argument of repeat function must be greater than or equal to 0
sequence(1, 5) ⇒ [1, 2, 3, 4, 5]
sequence(-5, -10) ⇒ [-5, -6, -7, -8, -9, -10]
sequence(1, 10, 4) ⇒ [1, 5, 9]
sequence(10, 1, -4) ⇒ [10, 6, 2]
sequence(2, -1, 1) ⇒ error: sequence stop value should be greater than or equal to start value
sequence(1, 5, 0) ⇒ error: interval must not be zero
sequence(date '2016-04-12', date '2016-04-14') ⇒ [2016-04-12, 2016-04-13, 2016-04-14]
sequence(date '2016-04-14', date '2016-04-12') ⇒ [2016-04-14, 2016-04-13, 2016-04-12]
sequence(date '2016-04-12', date '2016-04-14', interval '1' day) ⇒ [2016-04-12, 2016-04-13, 2016-04-14]
sequence(date '2016-04-12', date '2017-05-13', interval '6' month) ⇒ [2016-04-12, 2016-10-12, 2017-04-12]
sequence(timestamp '2016-04-12 00:00:00', timestamp '2016-04-12 01:00:00', interval '30' minute) ⇒ [2016-04-12 00:00:00.000, 2016-04-12 00:30:00.000, 2016-04-12 01:00:00.000]
flatten(ARRAY[ARRAY[1], ARRAY[], ARRAY[2, NULL]]) ⇒ [1, 2, null]
flatten(ARRAY[ARRAY['a'], NULL]) ⇒ [a]
cardinality(ARRAY[1, NULL]) ⇒ 2
cardinality(CAST(NULL AS ARRAY(INTEGER))) ⇒ NULL
contains_sequence(ARRAY[1,2,3,4,5,6], ARRAY[3,4]) ⇒ true
contains_sequence(ARRAY[1,2,3,4,5,6], ARRAY[3,5]) ⇒ false
# After TestArrayMatchFunctions
all_match(ARRAY [5, 7, 9], x -> x % 2 = 1) ⇒ true
all_match(ARRAY [true, false, true], x -> x) ⇒ false
all_match(ARRAY [], x -> x > 1) ⇒ true
all_match(ARRAY [NULL, true], x -> x) ⇒ NULL
all_match(ARRAY [NULL, false], x -> x) ⇒ false
any_match(ARRAY [5, 8, 10], x -> x % 2 = 1) ⇒ true
any_match(ARRAY [], x -> true) ⇒ false
any_match(ARRAY [NULL, false], x -> x) ⇒ NULL
any_match(ARRAY [NULL, true], x -> x) ⇒ true
none_match(ARRAY [1, 3], x -> x % 2 = 0) ⇒ true
none_match(ARRAY [NULL, 1], x -> x = 2) ⇒ NULL
# After TestArrayOperators: comparisons
ARRAY[1, 2] = ARRAY[1, 2] ⇒ true
ARRAY[1, 2] <> ARRAY[2, 1] ⇒ true
ARRAY[1, 2] < ARRAY[1, 3] ⇒ true
ARRAY[1] < ARRAY[1, 0] ⇒ true
# Map functions and operators
MAP(ARRAY['key1', 'key2', 'key3' ], ARRAY[2373, 3463, 45837]) ⇒ {key1=2373, key2=3463, key3=45837}
MAP(ARRAY['key1', 'key2', 'key3' ], ARRAY[23, 34.63, 45.837]) ⇒ {key1=23.000, key2=34.630, key3=45.837}
MAP(ARRAY['key1', 'key2' ], ARRAY['v1', NULL]) ⇒ {key1=v1, key2=null}
MAP(ARRAY['key1', 'key2', 'key3' ], ARRAY['v1', 'v2', 'v3'])['key2'] ⇒ v2
map() ⇒ {}
map(ARRAY[1,3], ARRAY[2,4]) ⇒ {1=2, 3=4}
map_from_entries(ARRAY[(1, 'x'), (2, 'y')]) ⇒ {1=x, 2=y}
multimap_from_entries(ARRAY[(1, 'x'), (2, 'y'), (1, 'z')]) ⇒ {1=[x, z], 2=[y]}
map_entries(MAP(ARRAY[1, 2], ARRAY['x', 'y'])) ⇒ [{field0=1, field1=x}, {field0=2, field1=y}]
map_filter(MAP(ARRAY[], ARRAY[]), (k, v) -> true) ⇒ {}
map_filter(MAP(ARRAY[10, 20, 30], ARRAY['a', NULL, 'c']), (k, v) -> v IS NOT NULL) ⇒ {10=a, 30=c}
map_filter(MAP(ARRAY['k1', 'k2', 'k3'], ARRAY[20, 3, 15]), (k, v) -> v > 10) ⇒ {k1=20, k3=15}
map_zip_with(MAP(ARRAY[1, 2, 3], ARRAY['a', 'b', 'c']), MAP(ARRAY[1, 2, 3], ARRAY['d', 'e', 'f']), (k, v1, v2) -> concat(v1, v2)) ⇒ {1=ad, 2=be, 3=cf}
map_zip_with(MAP(ARRAY['k1', 'k2'], ARRAY[1, 2]), MAP(ARRAY['k2', 'k3'], ARRAY[4, 9]), (k, v1, v2) -> (v1, v2)) ⇒ {k1={field0=1, field1=null}, k2={field0=2, field1=4}, k3={field0=null, field1=9}}
map_zip_with(MAP(ARRAY['a', 'b', 'c'], ARRAY[1, 8, 27]), MAP(ARRAY['a', 'b', 'c'], ARRAY[1, 2, 3]), (k, v1, v2) -> k || CAST(v1 / v2 AS VARCHAR)) ⇒ {a=a1, b=b4, c=c9}
transform_keys(MAP(ARRAY[], ARRAY[]), (k, v) -> k + 1) ⇒ {}
transform_keys(MAP(ARRAY [1, 2, 3], ARRAY ['a', 'b', 'c']), (k, v) -> k + 1) ⇒ {2=a, 3=b, 4=c}
transform_keys(MAP(ARRAY ['a', 'b'], ARRAY [1, 2]), (k, v) -> k || CAST(v as VARCHAR)) ⇒ {a1=1, b2=2}
transform_keys(MAP(ARRAY [1, 2], ARRAY [1.0, 1.4]), (k, v) -> MAP(ARRAY[1, 2], ARRAY['one', 'two'])[k]) ⇒ {one=1.0, two=1.4}
transform_values(MAP(ARRAY[], ARRAY[]), (k, v) -> v + 1) ⇒ {}
transform_values(MAP(ARRAY [1, 2, 3], ARRAY [10, 20, 30]), (k, v) -> v + k) ⇒ {1=11, 2=22, 3=33}
transform_values(MAP(ARRAY [1, 2, 3], ARRAY ['a', 'b', 'c']), (k, v) -> k * k) ⇒ {1=1, 2=4, 3=9}
transform_values(MAP(ARRAY [1, 2], ARRAY [1.0, 1.4]), (k, v) -> MAP(ARRAY[1, 2], ARRAY['one', 'two'])[k] || '_' || CAST(v AS VARCHAR)) ⇒ {1=one_1.0, 2=two_1.4}
# After TestMapOperators
cardinality(MAP(ARRAY['1', '3'], ARRAY[2, 4])) ⇒ 2
MAP(ARRAY[1, 1], ARRAY[2, 3]) ⇒ error: Duplicate map keys
MAP(ARRAY[1], ARRAY[2, 4]) ⇒ error: Key and value arrays must be the same length
MAP(ARRAY['1', '3'], ARRAY[2, 4])['4'] ⇒ error: Key not present in map: 4
element_at(MAP(ARRAY['1', '3'], ARRAY[2, 4]), '3') ⇒ 4
element_at(MAP(ARRAY['1', '3'], ARRAY[2, NULL]), '3') ⇒ NULL
element_at(MAP(ARRAY[1], ARRAY['x']), 5) ⇒ NULL
map_keys(MAP(ARRAY['1', '2'], ARRAY['4', '5'])) ⇒ [1, 2]
map_values(MAP(ARRAY['1', '2'], ARRAY[NULL, '5'])) ⇒ [null, 5]
MAP_CONCAT(MAP(ARRAY['1', '2', '3'], ARRAY[1, 2, 3]), MAP(ARRAY['1', '5'], ARRAY[10, 5])) ⇒ {1=10, 2=2, 3=3, 5=5}
MAP(ARRAY[1], ARRAY[2]) = MAP(ARRAY[1], ARRAY[2]) ⇒ true
MAP(ARRAY['a', 'b'], ARRAY[1, 2]) = MAP(ARRAY['b', 'a'], ARRAY[2, 1]) ⇒ true
MAP(ARRAY[1], ARRAY[2]) <> MAP(ARRAY[1], ARRAY[4]) ⇒ true
CAST(MAP(ARRAY[1, 2], ARRAY['1', '2']) AS MAP(VARCHAR, BIGINT)) ⇒ {1=1, 2=2}
# Lambda expressions
SELECT transform(prices, n -> TRY_CAST(n AS VARCHAR) || '$') FROM (VALUES (ARRAY[100, 200])) AS t(prices) ⇒ [100$, 200$]
SELECT transform(xvalues, x -> a * x + b) FROM (VALUES (ARRAY[3, 4], 4, 2)) AS t(xvalues, a, b) ⇒ [14, 18]
SELECT numbers FROM (VALUES (ARRAY[1,NULL,3]), (ARRAY[10,20,30]), (ARRAY[100,200,300])) AS t(numbers) WHERE any_match(numbers, n -> COALESCE(n, 0) > 100) ⇒ [100, 200, 300]
transform(ARRAY[25, 26], x -> x + TRY(1 / 0)) ⇒ [null, null]
`);
