// SPDX-License-Identifier: Apache-2.0
import { readVectors } from './vector.js';

export const NUMBER_VECTORS = readVectors(`
# TestMathFunctions.testAbs
abs(TINYINT '-123') ⇒ 123
abs(-123) ⇒ 123
abs(BIGINT '-123') ⇒ 123
abs(CAST(NULL AS BIGINT)) ⇒ NULL
abs(-123.45E0) ⇒ 123.45
abs(REAL '-754.1985') ⇒ 754.1985
abs(DECIMAL '-123.45') ⇒ 123.45
abs(DECIMAL '-12345678901234560.78') ⇒ 12345678901234560.78
abs(TINYINT '-128') ⇒ error: Value -128 is out of range for abs
# TestMathFunctions.testCeil
ceil(-123) ⇒ -123
typeof(ceil(-123)) ⇒ integer
ceil(123.45E0) ⇒ 124.0
ceil(-123.45E0) ⇒ -123.0
ceil(REAL '123.45') ⇒ 124.0
typeof(ceil(REAL '123.45')) ⇒ real
ceiling(DECIMAL '0') ⇒ 0
ceiling(CAST(DECIMAL '0.01' AS DECIMAL(3,2))) ⇒ 1
ceiling(CAST(DECIMAL '-0.99' AS DECIMAL(3,2))) ⇒ 0
ceiling(DECIMAL '123.01') ⇒ 124
ceiling(DECIMAL '-123.99') ⇒ -123
ceiling(DECIMAL '999.9') ⇒ 1000
typeof(ceiling(DECIMAL '123.45')) ⇒ decimal(4,0)
ceiling(DECIMAL '123456789012345678.01') ⇒ 123456789012345679
ceiling(CAST(NULL AS DECIMAL(25,5))) ⇒ NULL
# After TestMathFunctions.testFloor
floor(-123) ⇒ -123
floor(123.45E0) ⇒ 123.0
floor(-123.45E0) ⇒ -124.0
floor(DECIMAL '-0.01') ⇒ -1
floor(DECIMAL '123.99') ⇒ 123
floor(DECIMAL '-999.9') ⇒ -1000
# TestMathFunctions.testTruncate
truncate(17.18E0) ⇒ 17.0
truncate(-17.88E0) ⇒ -17.0
truncate(REAL '17.88') ⇒ 17.0
truncate(DECIMAL '-1234.56') ⇒ -1234
truncate(DECIMAL '1.99999999999999999999999999') ⇒ 1
truncate(DECIMAL '1234', 1) ⇒ 1234
truncate(DECIMAL '1234', -1) ⇒ 1230
truncate(DECIMAL '1234.56', 1) ⇒ 1234.50
truncate(DECIMAL '1234.56', -1) ⇒ 1230.00
truncate(DECIMAL '-1239.99', 1) ⇒ -1239.90
truncate(DECIMAL '1239.999', -2) ⇒ 1200.000
# After TestMathFunctions.testLn, testLog, testLog2, testLog10, testSqrt, testExp
ln(NULL) ⇒ NULL
log2(8) ⇒ 3.0
log10(100) ⇒ 2.0
sqrt(-1) ⇒ NaN
sqrt(16) ⇒ 4.0
exp(0) ⇒ 1.0
exp(NULL) ⇒ NULL
cbrt(27) ⇒ 3.0
e() ⇒ 2.718281828459045
pi() ⇒ 3.141592653589793
# TestMathFunctions.testMod
mod(37, 17) ⇒ 3
mod(-37, 17) ⇒ -3
mod(37, -17) ⇒ 3
mod(5.0E0, 2.5E0) ⇒ 0.0
mod(37.5E0, 5) ⇒ 2.5
mod(DECIMAL '0.0', DECIMAL '2.0') ⇒ 0.0
mod(DECIMAL '13.0', DECIMAL '5.0') ⇒ 3.0
mod(DECIMAL '-13.0', DECIMAL '5.0') ⇒ -3.0
mod(DECIMAL '13.0', DECIMAL '-5.0') ⇒ 3.0
mod(DECIMAL '5.0', DECIMAL '2.05') ⇒ 0.90
mod(DECIMAL '5.0001', DECIMAL '2.55') ⇒ 2.4501
mod(DECIMAL '5.0', CAST(NULL as DECIMAL(1,0))) ⇒ NULL
mod(DECIMAL '5.0', DECIMAL '0') ⇒ error: Division by zero
# TestMathFunctions.testNaN, testInfinity, testIsInfinite, testIsFinite, testIsNaN
nan() ⇒ NaN
0.0E0 / 0.0E0 ⇒ NaN
infinity() ⇒ Infinity
is_infinite(1.0E0 / 0.0E0) ⇒ true
is_infinite(0.0E0 / 0.0E0) ⇒ false
is_infinite(REAL '1.0' / REAL '0.0') ⇒ true
is_infinite(NULL) ⇒ NULL
is_finite(100000) ⇒ true
is_finite(1 / 0.0E0) ⇒ false
is_nan(0.0E0 / 0.0E0) ⇒ true
is_nan(0.0E0 / 1.0E0) ⇒ false
is_nan(infinity() / infinity()) ⇒ true
is_nan(NULL) ⇒ NULL
# TestMathFunctions.testPower
power(2, 10) ⇒ 1024.0
power(NULL, 5.0E0) ⇒ NULL
pow(5.0E0, 2.0E0) ⇒ 25.0
# TestMathFunctions.testRound
round(3) ⇒ 3
typeof(round(3)) ⇒ integer
typeof(round(SMALLINT '3')) ⇒ smallint
round(-3000000000) ⇒ -3000000000
round(3.499E0) ⇒ 3.0
round(3.5E0) ⇒ 4.0
round(-3.5E0) ⇒ -4.0
round(-3.99E0) ⇒ -4.0
round(REAL '-3.5001') ⇒ -4.0
round(DOUBLE '0.49999999999999994') ⇒ 0.0
round(DOUBLE '-0.5') ⇒ -1.0
round(0.3E0) ⇒ 0.0
round(3.0E0, 0) ⇒ 3.0
round(3.499E0, 1) ⇒ 3.5
round(-3.5001E0, 1) ⇒ -3.5
round(-3.99E0, 1) ⇒ -4.0
round(REAL '3.499', 1) ⇒ 3.5
round(3, 1) ⇒ 3
round(-3, CAST(NULL as INTEGER)) ⇒ NULL
round(TINYINT '9', -1) ⇒ 10
round(-9, -1) ⇒ -10
round(5, -1) ⇒ 10
round(DECIMAL '0.49') ⇒ 0
round(DECIMAL '0.5') ⇒ 1
round(DECIMAL '-0.5') ⇒ -1
round(DECIMAL '3.14159', 2) ⇒ 3.14000
# After TestMathFunctions.testSign
sign(-5) ⇒ -1
sign(0) ⇒ 0
sign(DOUBLE '2.5') ⇒ 1.0
sign(nan()) ⇒ NaN
sign(-infinity()) ⇒ -1.0
sign(DECIMAL '-123.45') ⇒ -1
sign(DECIMAL '0') ⇒ 0
# After TestMathFunctions.testGreatest, testLeast
greatest(1, 2) ⇒ 2
greatest(-1, -2) ⇒ -1
greatest(5, 4, 3.0E0, 2) ⇒ 5.0
greatest(1.0E0, CAST(NULL AS DOUBLE)) ⇒ NULL
greatest('abc', 'def') ⇒ def
least(1, 2, 3) ⇒ 1
least(5, NULL) ⇒ NULL
least(1.5, 2) ⇒ 1.5
# After TestMathFunctions.testToBase, testFromBase
to_base(2147483648, 16) ⇒ 80000000
to_base(255, 2) ⇒ 11111111
to_base(-2147483647, 16) ⇒ -7fffffff
to_base(NULL, 16) ⇒ NULL
to_base(255, 1) ⇒ error: Radix must be between 2 and 36
from_base('80000000', 16) ⇒ 2147483648
from_base('11111111', 2) ⇒ 255
from_base('-7fffffff', 16) ⇒ -2147483647
from_base('9223372036854775807', 10) ⇒ 9223372036854775807
from_base(NULL, 10) ⇒ NULL
from_base('Z', 37) ⇒ error: Radix must be between 2 and 36
from_base('Z', 35) ⇒ error: Not a valid number of the base: Z
# After TestMathFunctions.testWidthBucket
width_bucket(3.14E0, 0, 4, 3) ⇒ 3
width_bucket(2, 0, 4, 3) ⇒ 2
width_bucket(infinity(), 0, 4, 3) ⇒ 4
width_bucket(-1, 0, 3.2E0, 4) ⇒ 0
width_bucket(3.14E0, 4, 0, 3) ⇒ 1
width_bucket(3.14E0, array[0.0E0, 2.0E0, 4.0E0]) ⇒ 2
width_bucket(infinity(), array[0.0E0, 2.0E0, 4.0E0]) ⇒ 3
width_bucket(-1, array[0.0E0, 1.2E0, 3.3E0, 4.5E0]) ⇒ 0
# TestBitwiseFunctions, Bitwise functions
bit_count(9, 64) ⇒ 2
bit_count(9, 8) ⇒ 2
bit_count(-7, 64) ⇒ 62
bit_count(-7, 8) ⇒ 6
bitwise_and(19, 25) ⇒ 17
bitwise_or(19, 25) ⇒ 27
bitwise_xor(19, 25) ⇒ 10
bitwise_not(-12) ⇒ 11
bitwise_not(19) ⇒ -20
bitwise_not(25) ⇒ -26
bitwise_left_shift(1, 2) ⇒ 4
bitwise_left_shift(5, 2) ⇒ 20
bitwise_left_shift(20, 0) ⇒ 20
bitwise_left_shift(0, 2) ⇒ 0
bitwise_right_shift(8, 3) ⇒ 1
bitwise_right_shift(9, 1) ⇒ 4
bitwise_right_shift(20, 0) ⇒ 20
bitwise_right_shift(12, 64) ⇒ 0
bitwise_right_shift(-45, 64) ⇒ 0
bitwise_right_shift(0, 2) ⇒ 0
bitwise_right_shift_arithmetic(12, 64) ⇒ 0
bitwise_right_shift_arithmetic(-45, 64) ⇒ -1
# Mathematical functions and operators
7 / 2 ⇒ 3
-7 / 2 ⇒ -3
7 % 3 ⇒ 1
-7 % 3 ⇒ -1
cosine_similarity(ARRAY[1.0, 2.0], ARRAY[3.0, 4.0]) ⇒ 0.9838699100999074
# After TestIntegerOperators, TestBigintOperators
37 + 17 ⇒ 54
2147483647 + 1 ⇒ error: integer addition overflow: 2147483647 + 1
-2147483647 - 2 ⇒ error: integer subtraction overflow: -2147483647 - 2
9223372036854775807 + 1 ⇒ error: bigint addition overflow: 9223372036854775807 + 1
37 * -17 ⇒ -629
1 / 0 ⇒ error: Division by zero
1 % 0 ⇒ error: Division by zero
typeof(37 + BIGINT '17') ⇒ bigint
typeof(37 + 17E0) ⇒ double
# After TestDecimalOperators.testAdd, testSubtract, testMultiply
DECIMAL '137.7' + DECIMAL '17.1' ⇒ 154.8
DECIMAL '-1' + DECIMAL '-2' ⇒ -3
DECIMAL '10' + DECIMAL '0.0010' ⇒ 10.0010
typeof(DECIMAL '137.7' + DECIMAL '17.1') ⇒ decimal(5,1)
DECIMAL '107.7' - DECIMAL '17.1' ⇒ 90.6
DECIMAL '12' * DECIMAL '3' ⇒ 36
DECIMAL '12.0' * DECIMAL '3.0' ⇒ 36.00
typeof(DECIMAL '12.0' * DECIMAL '3.0') ⇒ decimal(5,2)
# TestDecimalOperators.testDivide
DECIMAL '9' / DECIMAL '5' ⇒ 2
DECIMAL '7' / DECIMAL '5' ⇒ 1
DECIMAL '-9' / DECIMAL '5' ⇒ -2
DECIMAL '-7' / DECIMAL '-5' ⇒ 1
DECIMAL '10' / DECIMAL '.000000001' ⇒ 10000000000.000000000
DECIMAL '200000000000000000000000000000000000' / DECIMAL '0.30' ⇒ 666666666666666666666666666666666666.67
DECIMAL '500000000000000000000000000000000075' / DECIMAL '50' ⇒ 10000000000000000000000000000000002
DECIMAL '9' / DECIMAL '000000000000000003.0' ⇒ 3.0
DECIMAL '99999999999999999999999999999999999999' / DECIMAL '11111111111111111111111111111111111111' ⇒ 9
CAST('1635619.3155' AS DECIMAL(38,4)) / CAST('47497517.7405' AS DECIMAL(38,4)) ⇒ 0.0344
CAST(1000 AS DECIMAL(38,8)) / CAST(25 AS DECIMAL(38,8)) ⇒ 40.00000000
DECIMAL '1' / DECIMAL '0' ⇒ error: Division by zero
# TestDecimalOperators.testModulus
DECIMAL '10' % DECIMAL '3' ⇒ 1
DECIMAL '10.0' % DECIMAL '3' ⇒ 1.0
DECIMAL '10.0' % DECIMAL '3.000' ⇒ 1.000
DECIMAL '7' % DECIMAL '3.0000000000000000' ⇒ 1.0000000000000000
DECIMAL '.1' % DECIMAL '.03' ⇒ 0.01
DECIMAL '-10' % DECIMAL '3' ⇒ -1
DECIMAL '10' % DECIMAL '-3' ⇒ 1
DECIMAL '99999999999999999999999999999999999997' % DECIMAL '3' ⇒ 1
DECIMAL '1' % DECIMAL '0' ⇒ error: Division by zero
# TestDecimalOperators.testNegation, testEqual
-DECIMAL '123456.00000010' ⇒ -123456.00000010
-DECIMAL '-12345678901234567890123456789012345678' ⇒ 12345678901234567890123456789012345678
DECIMAL '37' = DECIMAL '0037' ⇒ true
DECIMAL '37' = DECIMAL '37.0' ⇒ true
DECIMAL '-0.000' = DECIMAL '0000.00000' ⇒ true
DECIMAL '37' = DECIMAL '38.0' ⇒ false
DECIMAL '37' = DECIMAL '00000000037.0000000000000000000000' ⇒ true
# Decimal functions and operators
typeof(DECIMAL '0') ⇒ decimal(1,0)
typeof(DECIMAL '12345') ⇒ decimal(5,0)
typeof(DECIMAL '0000012345.1234500000') ⇒ decimal(20,10)
# Mathematical functions and operators
cosine_distance(ARRAY[1.0, 2.0], ARRAY[3.0, 4.0]) ⇒ 0.01613008990009257
cosine_similarity(ARRAY[1.0, 2.0], ARRAY[3.0, 4.0]) ⇒ 0.9838699100999074
# After Mathematical functions and operators
cosh(0) + sinh(0) + tanh(0) ⇒ 1.0
acos(5) ⇒ NaN
asin(-5) ⇒ NaN
random(5, 6) ⇒ 5
wilson_interval_lower(0, 10, 2e0) ⇒ 0.0
wilson_interval_upper(10, 10, 2e0) ⇒ 1.0
# After Binary functions and operators
from_big_endian_64(to_big_endian_64(-5)) ⇒ -5
from_big_endian_64(to_big_endian_64(9223372036854775807)) ⇒ 9223372036854775807
from_big_endian_32(to_big_endian_32(-2147483647)) ⇒ -2147483647
from_big_endian_32(X'01') ⇒ error: expected input
`);
