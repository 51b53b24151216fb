// SPDX-License-Identifier: Apache-2.0
import { readVectors } from './vector.js';

export const REGEXP_VECTORS = readVectors(String.raw`
# AbstractTestRegexpFunctions.testRegexpLike
regexp_like('Stephen', 'Ste(v|ph)en') ⇒ true
regexp_like('Stevens', 'Ste(v|ph)en') ⇒ true
regexp_like('Stephen', '^Ste(v|ph)en$') ⇒ true
regexp_like('Stevens', '^Ste(v|ph)en$') ⇒ false
regexp_like('hello world', '[a-z]') ⇒ true
regexp_like('hello' || chr(10) || 'world', '.*hello' || chr(10) || 'world.*') ⇒ true
regexp_like('Hello', '^[a-z]+$') ⇒ false
regexp_like('Hello', '^(?i)[a-z]+$') ⇒ true
regexp_like('Hello', '^[a-zA-Z]+$') ⇒ true
regexp_like('test', 'test\b') ⇒ true
regexp_like('abc', '[invalid') ⇒ error: missing
# AbstractTestRegexpFunctions.testRegexpReplace
regexp_replace('abc有朋$%X自9远方来', '', 'Y') ⇒ YaYbYcY有Y朋Y$Y%YXY自Y9Y远Y方Y来Y
regexp_replace('a有朋💰', '.', 'Y') ⇒ YYYY
regexp_replace('a有朋💰', '.', '1$02') ⇒ 1a21有21朋21💰2
regexp_replace('', '', 'Y') ⇒ Y
regexp_replace('fun stuff.', '[a-z]') ⇒ | .|
regexp_replace('fun stuff.', '[a-z]', '*') ⇒ *** *****.
regexp_replace('call 555.123.4444 now', '(\d{3})\.(\d{3}).(\d{4})') ⇒ call  now
regexp_replace('call 555.123.4444 now', '(\d{3})\.(\d{3}).(\d{4})', '($1) $2-$3') ⇒ call (555) 123-4444 now
regexp_replace('xxx xxx xxx', 'x', '\x') ⇒ xxx xxx xxx
regexp_replace('xxx', '', 'y') ⇒ yxyxyxy
regexp_replace('xxx xxx xxx', 'x', '$0') ⇒ xxx xxx xxx
regexp_replace('xxx', '(x)', '$01') ⇒ xxx
regexp_replace('xxx', 'x', '$05') ⇒ x5x5x5
regexp_replace('123456789', '(1)(2)(3)(4)(5)(6)(7)(8)(9)', '$10') ⇒ 10
regexp_replace('1234567890', '(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)', '$1a') ⇒ 1a
regexp_replace('xxx', 'x', '$1') ⇒ error: group
regexp_replace('xxx', 'x', '$a') ⇒ error: group
regexp_replace('xxx', 'x', '$') ⇒ error: group
regexp_replace('xxx', 'x', '\') ⇒ error: escape
regexp_replace('wxyz', '(?<xyz>[xyz])', '$'||'{xyz}$'||'{xyz}') ⇒ wxxyyzz
# AbstractTestRegexpFunctions.testRegexpReplaceLambda
regexp_replace('new york', '(\w)(\w*)', x -> upper(x[1]) || lower(x[2])) ⇒ New York
regexp_replace('xxx xxx xxx', '(x)', x -> upper(x[1])) ⇒ XXX XXX XXX
regexp_replace('new', '(\w)', x -> x[1] || upper(x[1])) ⇒ nNeEwW
regexp_replace('new york city', '(yo\w*)', x -> upper(x[1])) ⇒ new YORK city
regexp_replace('abc abc', '(abc)', x -> 'm') ⇒ m m
regexp_replace('123 456', '(([0-9]*) ([0-9]*))', x -> x[2] || x[3]) ⇒ 123456
regexp_replace('abbabba', '(abba)', x -> 'm' || x[1]) ⇒ mabbabba
regexp_replace('abc', '.', x -> 'm') ⇒ mmm
regexp_replace('new york', '(a)', x -> upper(x[1])) ⇒ new york
regexp_replace(null, '(a)', x -> upper(x[1])) ⇒ NULL
# AbstractTestRegexpFunctions.testRegexpExtract
regexp_extract('Hello world bye', '\b[a-z]([a-z]*)') ⇒ world
regexp_extract('Hello world bye', '\b[a-z]([a-z]*)', 1) ⇒ orld
regexp_extract('12345', 'x') ⇒ NULL
regexp_extract('Baby X', 'by ([A-Z].*)\b[a-z]') ⇒ NULL
regexp_extract('Hello world bye', '\b[a-z]([a-z]*)', -1) ⇒ error: Cannot access group -1
regexp_extract('Hello world bye', '\b[a-z]([a-z]*)', 2) ⇒ error: Pattern has 1 groups. Cannot access group 2
# AbstractTestRegexpFunctions.testRegexpExtractAll
regexp_extract_all('a有朋💰', '.') ⇒ [a, 有, 朋, 💰]
regexp_extract_all('', '') ⇒ []
cardinality(regexp_extract_all('', '')) ⇒ 1
regexp_extract_all('rat cat' || chr(10) || 'bat dog', '.at') ⇒ [rat, cat, bat]
regexp_extract_all('rat cat' || chr(10) || 'bat dog', '(.)at', 1) ⇒ [r, c, b]
regexp_extract_all('hello', '(.)', 2) ⇒ error: Pattern has 1 groups. Cannot access group 2
cardinality(regexp_extract_all('12345', '')) ⇒ 6
regexp_extract_all('12345', '(') ⇒ error: missing
# AbstractTestRegexpFunctions.testRegexpSplit
regexp_split('abc', 'a') ⇒ [, bc]
regexp_split('a.b:c;d', '[\.:;]') ⇒ [a, b, c, d]
regexp_split('a.b:c;d', '\.') ⇒ [a, b:c;d]
regexp_split('a.b:c;d', ':') ⇒ [a.b, c;d]
regexp_split('a1b2346c3d', '\d+') ⇒ [a, b, c, d]
regexp_split('abcd', 'x') ⇒ [abcd]
regexp_split('', 'x') ⇒ []
regexp_split('a有朋💰', '.') ⇒ [, , , , ]
regexp_split(',,a,,,b,c,d,,', ',') ⇒ [, , a, , , b, c, d, , ]
regexp_split(',,,', ',') ⇒ [, , , ]
# AbstractTestRegexpFunctions.testRegexpCount
regexp_count('a.b:c;d', '[\.:;]') ⇒ 3
regexp_count('a.b:c;d', '\.') ⇒ 1
regexp_count('a1b2346c3d', '\d+') ⇒ 3
regexp_count('abcd', 'x') ⇒ 0
regexp_count('Hello world bye', '\b[a-z]([a-z]*)') ⇒ 2
regexp_count('Baby X', 'by ([A-Z].*)\b[a-z]') ⇒ 0
regexp_count('', '') ⇒ 1
regexp_count('君子矜而不争，党而不群', '不') ⇒ 2
regexp_count('abcd', '') ⇒ 5
regexp_count('1a 2b 14m', '\s*[a-z]+\s*') ⇒ 3
# AbstractTestRegexpFunctions.testRegexpPosition
regexp_position('a.b:c;d', '[\.:;]') ⇒ 2
regexp_position('a.b:c;d', ':') ⇒ 4
regexp_position('a1b2c3d', '\d') ⇒ 2
regexp_position('a,b,c', ',', 3) ⇒ 4
regexp_position('a1b2c3d', '\d', 5) ⇒ 6
# Regular expression functions
regexp_extract_all('1a 2b 14m', '\d+') ⇒ [1, 2, 14]
regexp_extract_all('1a 2b 14m', '(\d+)([a-z]+)', 2) ⇒ [a, b, m]
regexp_extract('1a 2b 14m', '\d+') ⇒ 1
regexp_extract('1a 2b 14m', '(\d+)([a-z]+)', 2) ⇒ a
regexp_like('1a 2b 14m', '\d+b') ⇒ true
regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b') ⇒ 8
regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 5) ⇒ 8
regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12) ⇒ 19
regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12, 1) ⇒ 19
regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12, 2) ⇒ 31
regexp_position('I have 23 apples, 5 pears and 13 oranges', '\b\d+\b', 12, 3) ⇒ -1
regexp_replace('1a 2b 14m', '\d+[ab] ') ⇒ 14m
regexp_replace('1a 2b 14m', '(\d+)([ab]) ', '3c$2 ') ⇒ 3ca 3cb 14m
regexp_split('1a 2b 14m', '\s*[a-z]+\s*') ⇒ [1, 2, 14, ]
# Lambda expressions
regexp_replace('once upon a time ...', '^(\w)(\w*)(\s+.*)$',x -> upper(x[1]) || x[2] || x[3]) ⇒ Once upon a time ...
`);
