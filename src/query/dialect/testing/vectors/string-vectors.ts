// SPDX-License-Identifier: Apache-2.0
import { readVectors } from './vector.js';

export const STRING_VECTORS = readVectors(`
# TestStringFunctions.testChr
chr(65) ⇒ A
chr(9731) ⇒ ☃
chr(131210) ⇒ 𠂊
chr(-1) ⇒ error: Not a valid Unicode code point: -1
chr(1234567) ⇒ error: Not a valid Unicode code point: 1234567
chr(8589934592) ⇒ error: Not a valid Unicode code point: 8589934592
# TestStringFunctions.testCodepoint
codepoint('x') ⇒ 120
codepoint('萌') ⇒ 33804
codepoint(CHR(128077)) ⇒ 128077
codepoint(CHR(33804)) ⇒ 33804
codepoint('') ⇒ error: codepoint
# TestStringFunctions.testConcat
concat('') ⇒ error: concat
concat('hello', ' world') ⇒ hello world
concat('', '') ⇒
concat('what', '') ⇒ what
concat('', 'what') ⇒ what
concat('this', ' is', ' cool') ⇒ this is cool
concat('hello naïve', ' world') ⇒ hello naïve world
concat('信念', ',爱', ',希望') ⇒ 信念,爱,希望
# After TestConcatWsFunction
concat_ws('abc', 'def') ⇒ def
concat_ws(',', 'def') ⇒ def
concat_ws(',', 'def', 'pqr', 'mno') ⇒ def,pqr,mno
concat_ws('abc', 'def', 'pqr') ⇒ defabcpqr
concat_ws('', 'def') ⇒ def
concat_ws('', 'def', 'pqr') ⇒ defpqr
concat_ws('', '', 'pqr') ⇒ pqr
concat_ws('', 'def', '') ⇒ def
concat_ws('', '', '') ⇒
concat_ws(',', 'def', '') ⇒ def,
concat_ws(',', 'def', '', 'pqr') ⇒ def,,pqr
concat_ws(NULL, 'def') ⇒ NULL
concat_ws(NULL, cast(NULL as VARCHAR)) ⇒ NULL
concat_ws(',', CAST(NULL AS VARCHAR)) ⇒
concat_ws(',', '', CAST(NULL AS VARCHAR), 'pqr') ⇒ ,pqr
concat_ws(',', ARRAY[]) ⇒
concat_ws(',', ARRAY['abc']) ⇒ abc
concat_ws(',', ARRAY['abc', 'def', 'pqr', 'xyz']) ⇒ abc,def,pqr,xyz
concat_ws(null, ARRAY['abc']) ⇒ NULL
concat_ws(',', ARRAY['abc', null, null, 'xyz']) ⇒ abc,xyz
# TestStringFunctions.testLength
length('') ⇒ 0
length('hello') ⇒ 5
length('hello naïve world') ⇒ 17
length('信念,爱,希望') ⇒ 7
# TestStringFunctions.testLevenshteinDistance
levenshtein_distance('', '') ⇒ 0
levenshtein_distance('', 'hello') ⇒ 5
levenshtein_distance('hello', 'hello world') ⇒ 6
levenshtein_distance('hello world', 'hel wold') ⇒ 3
levenshtein_distance('hello word', 'dello world') ⇒ 2
levenshtein_distance('hello naïve world', 'hello naive world') ⇒ 1
levenshtein_distance('信念,爱,希望', '信念希望') ⇒ 3
# TestStringFunctions.testHammingDistance
hamming_distance('', '') ⇒ 0
hamming_distance('hello', 'jello') ⇒ 1
hamming_distance('like', 'hate') ⇒ 3
hamming_distance('hello', 'world') ⇒ 4
hamming_distance(NULL, NULL) ⇒ NULL
hamming_distance('hello naïve world', 'hello naive world') ⇒ 1
hamming_distance('hello', '') ⇒ error: must have the same length
hamming_distance('hello', 'o') ⇒ error: must have the same length
# TestStringFunctions.testReplace
replace('aaa', 'a', 'aa') ⇒ aaaaaa
replace('abcdefabcdef', 'cd', 'XX') ⇒ abXXefabXXef
replace('abcdefabcdef', 'cd') ⇒ abefabef
replace('123tech123', '123') ⇒ tech
replace('0000123', '0', ' ') ⇒ |    123|
replace('foo', '') ⇒ foo
replace('foo', 'foo', '') ⇒
replace('abc', '', 'xx') ⇒ xxaxxbxxcxx
replace('', '', 'xx') ⇒ xx
replace('信念,爱,希望', ',', '—') ⇒ 信念—爱—希望
# TestStringFunctions.testReverse
reverse('') ⇒
reverse('hello') ⇒ olleh
reverse('信念,爱,希望') ⇒ 望希,爱,念信
reverse('𐐭end') ⇒ dne𐐭
reverse(' a') ⇒ |a |
# TestStringFunctions.testStringPosition
strpos('high', 'ig') ⇒ 2
POSITION('ig' IN 'high') ⇒ 2
strpos('high', 'igx') ⇒ 0
POSITION('igx' IN 'high') ⇒ 0
strpos('Quadratically', 'a') ⇒ 3
strpos('x', '') ⇒ 1
strpos('', '') ⇒ 1
POSITION('' IN 'x') ⇒ 1
strpos('信念,爱,希望', '希望') ⇒ 6
strpos('信念,爱,希望', 'nice') ⇒ 0
strpos(NULL, '') ⇒ NULL
POSITION('' IN NULL) ⇒ NULL
starts_with('foo', 'foo') ⇒ true
starts_with('foo', 'bar') ⇒ false
starts_with('foo', '') ⇒ true
starts_with('', 'foo') ⇒ false
starts_with('信念 爱 希望', '信念') ⇒ true
ends_with('foo_bar_baz', 'baz') ⇒ true
ends_with('foo_bar_baz', 'bar') ⇒ false
ends_with('', '') ⇒ true
ends_with('信念 爱 希望', '希望') ⇒ true
strpos('abc/xyz/foo/bar', '/', 0) ⇒ error: 'instance' must be a positive or negative number
# After String functions and operators: strpos
strpos('abc/xyz/foo/bar', '/') ⇒ 4
strpos('abc/xyz/foo/bar', '/', 2) ⇒ 8
strpos('abc/xyz/foo/bar', '/', 4) ⇒ 0
strpos('abc/xyz/foo/bar', '/', -1) ⇒ 12
strpos('abc/xyz/foo/bar', '/', -3) ⇒ 4
# TestStringFunctions.testSubstring
substr('Quadratically', 5) ⇒ ratically
substr('Quadratically', 50) ⇒
substr('Quadratically', -5) ⇒ cally
substr('Quadratically', -50) ⇒
substr('Quadratically', 0) ⇒
substr('Quadratically', 5, 6) ⇒ ratica
substr('Quadratically', 5, 10) ⇒ ratically
substr('Quadratically', 5, 50) ⇒ ratically
substr('Quadratically', 50, 10) ⇒
substr('Quadratically', -5, 4) ⇒ call
substr('Quadratically', -5, 40) ⇒ cally
substr('Quadratically', -50, 4) ⇒
substr('Quadratically', 0, 4) ⇒
substr('Quadratically', 5, 0) ⇒
SUBSTRING('Quadratically' FROM 5) ⇒ ratically
SUBSTRING('Quadratically' FROM -5) ⇒ cally
SUBSTRING('Quadratically' FROM 0) ⇒
SUBSTRING('Quadratically' FROM 5 FOR 6) ⇒ ratica
SUBSTRING('信念,爱,希望' FROM 3 FOR 5) ⇒ ,爱,希望
SUBSTRING('信念,爱,希望' FROM -2) ⇒ 希望
SUBSTRING('𐐭end' FROM 2 FOR 3) ⇒ end
# TestStringFunctions.testSplit
split('a.b.c', '.') ⇒ [a, b, c]
split('ab', '.', 1) ⇒ [ab]
split('a.b', '.', 1) ⇒ [a.b]
split('a..b..c', '..') ⇒ [a, b, c]
split('a.b.c', '.', 2) ⇒ [a, b.c]
split('a.b.c', '.', 4) ⇒ [a, b, c]
split('a.b.c.', '.', 4) ⇒ [a, b, c, ]
split('a.b.c.', '.', 3) ⇒ [a, b, c.]
split('...', '.') ⇒ [, , , ]
split('..a...a..', '.') ⇒ [, , a, , , a, , ]
split('信念,爱,希望', ',', 3) ⇒ [信念, 爱, 希望]
split('.a.b.c', '.', 2) ⇒ [, a.b.c]
split('a..b..c', '.', 3) ⇒ [a, , b..c]
split('a.b..', '.', 3) ⇒ [a, b, .]
split('a.b.c', '', 1) ⇒ error: The delimiter may not be the empty string
split('a.b.c', '.', 0) ⇒ error: Limit must be positive
split('a.b.c', '.', -1) ⇒ error: Limit must be positive
# TestStringFunctions.testSplitToMap
split_to_map('', ',', '=') ⇒ {}
split_to_map('a=123,b=.4,c=,=d', ',', '=') ⇒ {a=123, b=.4, c=, =d}
split_to_map('=', ',', '=') ⇒ {=}
split_to_map('key=>value', ',', '=>') ⇒ {key=value}
split_to_map('key => value', ',', '=>') ⇒ {key = value}
split_to_map('', '=', '=') ⇒ error: must not be the same
split_to_map('a=123,a=.4', ',', '=') ⇒ error: Duplicate keys
split_to_map('key', ',', '=') ⇒ error: Key-value delimiter must appear exactly once in each entry
split_to_map('key==value', ',', '=') ⇒ error: Key-value delimiter must appear exactly once in each entry
# TestStringFunctions.testSplitToMultimap
split_to_multimap('', ',', '=') ⇒ {}
split_to_multimap('=', ',', '=') ⇒ {=[]}
split_to_multimap('a=123,a=.4,a=5.67', ',', '=') ⇒ {a=[123, .4, 5.67]}
split_to_multimap('key=>value,key=>value', ',', '=>') ⇒ {key=[value, value]}
split_to_multimap('key', ',', '=') ⇒ error: Key-value delimiter must appear exactly once in each entry
# TestStringFunctions.testSplitPart
split_part('abc-@-def-@-ghi', '-@-', 1) ⇒ abc
split_part('abc-@-def-@-ghi', '-@-', 3) ⇒ ghi
split_part('abc-@-def-@-ghi', '-@-', 4) ⇒ NULL
split_part('abc', 'abc', 1) ⇒
split_part('abc', 'abc', 2) ⇒
split_part('abc', 'abc', 3) ⇒ NULL
split_part('abc', '-@-', 1) ⇒ abc
split_part('', 'abc', 1) ⇒
split_part('', '', 1) ⇒ NULL
split_part('abc', '', 1) ⇒ a
split_part('abc', '', 3) ⇒ c
split_part('abc', '', 4) ⇒ NULL
split_part('abc--@--def', '-@-', 2) ⇒ -def
split_part('abc-@-@-@-def', '-@-', 2) ⇒ @
split_part('abcdddddef', 'dd', 2) ⇒
split_part('abcdddddef', 'dd', 3) ⇒ def
split_part('a/b/c/', '/', 4) ⇒
split_part('信念,爱,希望', ',', 2) ⇒ 爱
split_part('abc', '', 0) ⇒ error: Index must be greater than zero
split_part('abc-@-def-@-ghi', '-@-', -1) ⇒ error: Index must be greater than zero
# TestStringFunctions.testLeftTrim, testRightTrim and those with characters
ltrim('   ') ⇒
ltrim('  hello  ') ⇒ |hello  |
ltrim(' 信念 爱 希望 ') ⇒ |信念 爱 希望 |
rtrim('  hello  ') ⇒ |  hello|
rtrim(' hello world ') ⇒ | hello world|
ltrim('   ', '') ⇒ |   |
ltrim('  hello  ', ' ') ⇒ |hello  |
ltrim('  hello  ', 'he ') ⇒ |llo  |
ltrim('hello  ', 'l') ⇒ |hello  |
ltrim(' hello world ', ' ehlowrd') ⇒
ltrim('źółć', 'óź') ⇒ łć
rtrim('  hello  ', 'lo ') ⇒ |  he|
rtrim(' hello world ', ' ld') ⇒ | hello wor|
rtrim('źółć', 'ćł') ⇒ źó
# String functions and operators: trim
trim('!' FROM '!foo!') ⇒ foo
trim(LEADING FROM '  abcd') ⇒ abcd
trim(BOTH '$' FROM '$var$') ⇒ var
trim(TRAILING 'ER' FROM upper('worker')) ⇒ WORK
# After TestStringFunctions.testLower, testUpper
lower('') ⇒
lower('HELLO') ⇒ hello
lower('ÖSTERREICH') ⇒ österreich
upper('what!!') ⇒ WHAT!!
upper('Österreich') ⇒ ÖSTERREICH
# TestStringFunctions.testLeftPad, testRightPad
lpad('text', 3, 'xy') ⇒ tex
lpad('abc', 3, '') ⇒ error: Padding string must not be empty
lpad('abc', -1, 'foo') ⇒ error: Target length must be in the range [0..2147483647]
rpad('text', 5, 'x') ⇒ textx
rpad('text', 4, 'x') ⇒ text
rpad('text', 7, 'xy') ⇒ textxyx
rpad('text', 9, 'xyz') ⇒ textxyzxy
rpad('', 3, 'a') ⇒ aaa
rpad('abc', 0, 'e') ⇒
rpad('信念 爱 希望  ', 10, '望') ⇒ 信念 爱 希望  望
rpad('abc', 3, '') ⇒ error: Padding string must not be empty
rpad('abc', -1, 'foo') ⇒ error: Target length must be in the range [0..2147483647]
# TestStringFunctions.testNormalize
normalize('schön') ⇒ schön
normalize('schön', NFC) ⇒ schön
# String functions and operators: translate
translate('abcd', '', '') ⇒ abcd
translate('abcd', 'a', 'z') ⇒ zbcd
translate('abcda', 'a', 'z') ⇒ zbcdz
translate('Palhoça', 'ç','c') ⇒ Palhoca
translate('abcd', 'a', '') ⇒ bcd
translate('abcd', 'a', 'zy') ⇒ zbcd
translate('abcd', 'ac', 'z') ⇒ zbd
translate('abcd', 'aac', 'zq') ⇒ zbd
translate('Goiânia', 'áéíóúâêîôû', 'aeiouaeiou') ⇒ Goiania
# TestStringFunctions.testSoundex
soundex('jim') ⇒ J500
soundex('jIM') ⇒ J500
soundex('John') ⇒ J500
soundex('johannes') ⇒ J520
soundex('Sarah') ⇒ S600
soundex(null) ⇒ NULL
soundex('') ⇒
soundex('123') ⇒
soundex('j~im') ⇒ J500
soundex('x123') ⇒ X000
# TestStringFunctions.testFromUtf8, Binary functions and operators
from_utf8(to_utf8('hello')) ⇒ hello
# String functions and operators: overlay, luhn_check
luhn_check('79927398713') ⇒ true
luhn_check('79927398714') ⇒ false
# TestVarbinaryFunctions
length(CAST('foo' AS VARBINARY)) ⇒ 3
to_hex(CAST('' AS VARBINARY)) ⇒
to_hex(CAST('hello world' AS VARBINARY)) ⇒ 68656C6C6F20776F726C64
from_utf8(from_hex('68656c6c6f20776f726c64')) ⇒ hello world
from_hex('f/') ⇒ error: hex
from_hex('fff') ⇒ error: hex
to_base64(CAST('hello world' AS VARBINARY)) ⇒ aGVsbG8gd29ybGQ=
from_utf8(from_base64('aGVsbG8gd29ybGQ=')) ⇒ hello world
to_base64url(from_hex('fbff')) ⇒ -_8=
from_utf8(from_base64url('aGVsbG8gd29ybGQ=')) ⇒ hello world
to_hex(from_base64url('-_8=')) ⇒ FBFF
to_hex(md5(CAST('hashme' AS VARBINARY))) ⇒ 533F6357E0210E67D91F651BC49E1278
to_hex(sha1(CAST('hashme' AS VARBINARY))) ⇒ FB78992E561929A6967D5328F49413FA99048D06
to_hex(sha256(CAST('hashme' AS VARBINARY))) ⇒ 02208B9403A87DF9F4ED6B2EE2657EFAA589026B4CCE9ACCC8E8A5BF3D693C86
to_hex(reverse(from_hex('010203'))) ⇒ 030201
to_hex(substr(from_hex('0102030405'), 2, 3)) ⇒ 020304
to_hex(substr(from_hex('0102030405'), -2)) ⇒ 0405
to_hex(CAST('foo' AS VARBINARY) || CAST('bar' AS VARBINARY)) ⇒ 666F6F626172
to_hex(to_big_endian_64(300)) ⇒ 000000000000012C

to_hex(to_big_endian_32(300)) ⇒ 0000012C

`);
