// SPDX-License-Identifier: Apache-2.0
import { readVectors } from './vector.js';

export const CONDITION_VECTORS = readVectors(String.raw`
# TestConditions.testLike
'monkey' like 'monkey' ⇒ true
'monkey' like 'mon%' ⇒ true
'monkey' like 'mon_ey' ⇒ true
'monkey' like 'm____y' ⇒ true
'monkey' like 'dain' ⇒ false
'monkey' like 'key' ⇒ false
'_monkey_' like '\_monkey\_' ⇒ false
'_monkey_' like 'X_monkeyX_' escape 'X' ⇒ true
null like 'monkey' ⇒ NULL
'monkey' like null ⇒ NULL
'monkey' like 'monkey' escape null ⇒ NULL
'_monkey_' not like 'X_monkeyX_' escape 'X' ⇒ false
'monkey' not like 'mon%' ⇒ false
'monkey' not like 'key' ⇒ true
null not like 'monkey' ⇒ NULL
'monkey' like 'monkey' escape 'foo' ⇒ error: Escape string must be a single character
# TestConditions.testDistinctFrom
NULL IS DISTINCT FROM NULL ⇒ false
NULL IS DISTINCT FROM 1 ⇒ true
1 IS DISTINCT FROM 1 ⇒ false
1 IS DISTINCT FROM 2 ⇒ true
NULL IS NOT DISTINCT FROM NULL ⇒ true
1 IS NOT DISTINCT FROM NULL ⇒ false
# TestConditions.testBetween
3 between 2 and 4 ⇒ true
3 between 3 and 3 ⇒ true
3 between 4 and 2 ⇒ false
null between 2 and 4 ⇒ NULL
3 between null and 4 ⇒ NULL
3 between 3 and 4000000000 ⇒ true
BIGINT '3' between 3 and 4 ⇒ true
'c' between 'b' and 'd' ⇒ true
'e' between 'c' and 'd' ⇒ false
'c' between null and 'd' ⇒ NULL
3 not between 4 and 2 ⇒ true
'c' not between 'b' and 'd' ⇒ false
# Comparison functions and operators
2 BETWEEN 3 AND NULL ⇒ false
8 BETWEEN NULL AND 6 ⇒ false
'Paul' BETWEEN 'John' AND 'Ringo' ⇒ true
NULL IS NULL ⇒ true
3.0 IS NULL ⇒ false
1 = NULL ⇒ NULL
NULL <> NULL ⇒ NULL
'hello' = ANY (VALUES 'hello', 'world') ⇒ true
21 < ALL (VALUES 19, 20, 21) ⇒ false
42 >= SOME (SELECT 41 UNION ALL SELECT 42 UNION ALL SELECT 43) ⇒ true
'South_America' LIKE 'South\_America' ESCAPE '\' ⇒ true
SELECT count(*) FROM (VALUES 'America', 'Asia', 'Africa', 'Europe', 'Australia', 'Antarctica') AS t (continent) WHERE continent NOT LIKE 'E%' ⇒ 5
SELECT continent FROM (VALUES 'America', 'Asia', 'Africa', 'Europe') AS t (continent) WHERE continent LIKE 'A__a' ⇒ Asia
# TestConditions.testIn
3 in (2, 4, 3, 5) ⇒ true
3 not in (2, 4, 3, 5) ⇒ false
3 in (2, 4, 9, 5) ⇒ false
3 in (2, null, 3, 5) ⇒ true
'foo' in ('bar', 'baz', 'foo', 'blah') ⇒ true
'foo' in ('bar', null, 'foo', 'blah') ⇒ true
(null in (2, null, 3, 5)) is null ⇒ true
(3 in (2, null)) is null ⇒ true
(3 not in (2, null)) is null ⇒ true
# TestConditions.testSearchCase
case when true then 33 end ⇒ 33
case when false then 1 else 33 end ⇒ 33
case when false then 10000000000 else 33 end ⇒ 33
case when false then 1 end ⇒ NULL
case when true then null else 'foo' end ⇒ NULL
case when null then 1 when true then 33 end ⇒ 33
case when false then 1.0E0 when true then 33 end ⇒ 33.0
case when false then DECIMAL '1234567890.0987654321' when true then DECIMAL '3.3' end ⇒ 3.3000000000
case when false then 1 when true then DECIMAL '2.2' end ⇒ 2.2
case when false then 1.1 when true then 33.0E0 end ⇒ 33.0
# TestConditions.testSimpleCase
case true when true then cast(null as varchar) else 'foo' end ⇒ NULL
case true when false then 1 when true then 33 else 1 end ⇒ 33
case true when null then 1 when true then 33 end ⇒ 33
case null when true then 1 else 33 end ⇒ 33
case 8 when double '76.1' then 1 when real '8.1' then 2 end ⇒ NULL
case 8 when 9 then 1 when cast(null as decimal) then 2 end ⇒ NULL
# After Conditional expressions
IF(true, 1, 2) ⇒ 1
IF(false, 1) ⇒ NULL
IF(NULL, 1, 2) ⇒ 2
coalesce(NULL, NULL, 3) ⇒ 3
nullif(5, 5) ⇒ NULL
nullif(5, 6) ⇒ 5
nullif('a', NULL) ⇒ a
TRY(CAST('P332a' AS BIGINT)) ⇒ NULL
TRY(CAST('08544' AS BIGINT)) ⇒ 8544
COALESCE(TRY(155 / 0), 0) ⇒ 0
# After Logical operators
CAST(null AS boolean) AND true ⇒ NULL
CAST(null AS boolean) AND false ⇒ false
CAST(null AS boolean) AND CAST(null AS boolean) ⇒ NULL
CAST(null AS boolean) OR CAST(null AS boolean) ⇒ NULL
CAST(null AS boolean) OR true ⇒ true
CAST(null AS boolean) OR false ⇒ NULL
NOT CAST(null AS boolean) ⇒ NULL
NOT true ⇒ false
# Conversion functions
format('%s%%', 123) ⇒ 123%
format('%.5f', pi()) ⇒ 3.14159
format('%03d', 8) ⇒ 008
format('%,.2f', 1234567.89) ⇒ 1,234,567.89
format('%-7s,%7s', 'hello', 'world') ⇒ hello  ,  world
format('%2$s %3$s %1$s', 'a', 'b', 'c') ⇒ b c a
format('%1$tA, %1$tB %1$te, %1$tY', date '2006-07-04') ⇒ Tuesday, July 4, 2006
format_number(123456) ⇒ 123K
format_number(1000000) ⇒ 1M
parse_data_size('1B') ⇒ 1
parse_data_size('1kB') ⇒ 1024
parse_data_size('1MB') ⇒ 1048576
parse_data_size('2.3MB') ⇒ 2411724
typeof(123) ⇒ integer
typeof(cos(2) + 1.5) ⇒ double
# TestFormatFunction
format('%.4f', pi()) ⇒ 3.1416
format('%b %B %b', true, false, null) ⇒ true FALSE false
format('%s %s %s', true, false, null) ⇒ true false null
format('%S %S %S', true, false, null) ⇒ TRUE FALSE NULL
format('%4$s %3$s %2$s %1$s %4$s %3$s %2$s %1$s', 'a', 'b', 'c', 'd') ⇒ d c b a d c b a
format('%s %s %<s %<s', 'a', 'b', 'c', 'd') ⇒ a b b b
format('%2$s %s %<s %s', 'a', 'b', 'c', 'd') ⇒ b a a b
format('%s %s', 2, 3, 4) ⇒ 2 3
format('%d', tinyint '123') ⇒ 123
format('%d', 1234567890123) ⇒ 1234567890123
format('%1$s %1$f %1$.2f', decimal '9.12345678') ⇒ 9.12345678 9.123457 9.12
format('%1$d %1$x %1$X %1$o', 1234) ⇒ 1234 4d2 4D2 2322
format('%s', ipaddress '192.168.88.123') ⇒ 192.168.88.123
format('%s', json '[123,"abc",true]') ⇒ [123,"abc",true]
format('%1$s %1$tF %1$tY-%1$tm-%1$td', date '2001-08-22') ⇒ 2001-08-22 2001-08-22 2001-08-22
format('%1$tF %1$tT', timestamp '1969-07-20 16:17:03') ⇒ 1969-07-20 16:17:03
format('%.4d', 8) ⇒ error: Invalid format string: %.4d
format('%-02d', 8) ⇒ error: Invalid format string: %-02d
format('%--2d', 8) ⇒ error: Invalid format string: %--2d
format('%+s', 8) ⇒ error: Invalid format string: %+s
format('%-s', 8) ⇒ error: Invalid format string: %-s
format('%s %d', 8) ⇒ error: Invalid format string: %s %d
format('%d', decimal '8') ⇒ error: Invalid format string: %d
format('%s', array[8]) ⇒ error: Type not supported for formatting: array(integer)
# After TestBooleanOperators, TestVarcharOperators: casts
cast('true' as boolean) ⇒ true
cast('T' as boolean) ⇒ true
cast('1' as boolean) ⇒ true
cast('0' as boolean) ⇒ false
cast('yes' as boolean) ⇒ error: Cannot cast
cast(true as varchar) ⇒ true
cast(true as double) ⇒ 1.0
cast(true as bigint) ⇒ 1
cast(0 as boolean) ⇒ false
cast(12 as boolean) ⇒ true
# After TestDoubleOperators, TestBigintOperators, TestIntegerOperators: casts
cast(37.7E0 as varchar) ⇒ 37.7
cast(37.7E0 as bigint) ⇒ 38
cast(-37.7E0 as bigint) ⇒ -38
cast(12345678.9E0 as varchar) ⇒ 1.23456789E7
cast(0.001E0 as varchar) ⇒ 0.001
cast(1.0E-4 as varchar) ⇒ 1.0E-4
cast('37.7' as double) ⇒ 37.7
cast('NaN' as double) ⇒ NaN
cast('Infinity' as double) ⇒ Infinity
cast('-Infinity' as double) ⇒ -Infinity
cast(9.2E18 as bigint) ⇒ 9200000000000000000
cast(1E30 as bigint) ⇒ error:
cast(nan() as bigint) ⇒ error: Cannot cast
cast(BIGINT '37' as varchar) ⇒ 37
cast('37' as bigint) ⇒ 37
cast('37.7' as bigint) ⇒ error: Cannot cast
cast(3000000000 as integer) ⇒ error:
cast(128 as tinyint) ⇒ error:
cast(DECIMAL '2.5' as bigint) ⇒ 3
cast(DECIMAL '-2.5' as integer) ⇒ -3
cast(1.25 as varchar) ⇒ 1.25
cast(DECIMAL '1234567890.1' as double) ⇒ 1.2345678901E9
cast(1.257 as decimal(3,2)) ⇒ 1.26
cast(1000 as decimal(3,0)) ⇒ error:
cast('1.255' as decimal(3,2)) ⇒ 1.26
# After TestDate, TestTimestamp: casts
cast('2013-08-15' as date) ⇒ 2013-08-15
cast(date '2013-08-15' as varchar) ⇒ 2013-08-15
cast(date '2013-08-15' as timestamp) ⇒ 2013-08-15 00:00:00.000
cast(timestamp '2001-1-22 03:04:05.321' as date) ⇒ 2001-01-22
cast(timestamp '2001-1-22 03:04:05.321' as time) ⇒ 03:04:05.321
cast(timestamp '2001-1-22 03:04:05.321' as varchar) ⇒ 2001-01-22 03:04:05.321
cast('2001-1-22 03:04:05.321' as timestamp) ⇒ 2001-01-22 03:04:05.321
cast('2001-1-22' as timestamp) ⇒ 2001-01-22 00:00:00.000
cast('text' as timestamp) ⇒ error:
cast(time '03:04:05.321' as varchar) ⇒ 03:04:05.321
TIMESTAMP '2001-1-22 03:04:05.321' = TIMESTAMP '2001-1-22 03:04:05.321' ⇒ true
TIMESTAMP '2001-1-22' < TIMESTAMP '2001-1-22 00:00:00.001' ⇒ true
timestamp '2017-03-30 14:15:16.432' - timestamp '2016-03-29 03:04:05.321' ⇒ 366 11:11:11.111
date '2001-1-22' - date '2001-1-20' ⇒ 2 00:00:00.000
TIMESTAMP '2001-1-22 03:04:05 +01:00' = TIMESTAMP '2001-1-22 02:04:05 UTC' ⇒ true
# After TestRowOperators
(1, 2) = (1, 2) ⇒ true
ROW(1, 2) <> ROW(1, 3) ⇒ true
ROW(1, 'kittens') < ROW(1, 'puppies') ⇒ true
ROW(1, NULL) = ROW(2, NULL) ⇒ false
ROW(1, NULL) = ROW(1, NULL) ⇒ NULL
ROW(1, NULL) IS NOT DISTINCT FROM ROW(1, NULL) ⇒ true
(1, 2) IN ((1, 2), (3, 4)) ⇒ true
ROW(1, 2)[2] ⇒ 2
CAST(ROW(1, 2) AS ROW(x BIGINT, y DOUBLE)) ⇒ {x=1, y=2.0}
CAST(ROW(1, 2) AS ROW(x BIGINT, y DOUBLE)).y ⇒ 2.0
`);
