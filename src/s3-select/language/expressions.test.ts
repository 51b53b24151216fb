// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 User Guide, "SQL reference for Amazon S3 Select": the examples of its pages on operators, conditional, conversion,
// date and string functions; beyond them SQL's three-valued logic, and exact arithmetic done by hand.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SelectError } from '../select-error.js';
import { evaluate } from '../testing/select-bytes.js';

const missing = undefined;

function check(
  title: string,
  cases: readonly (readonly [expression: string, value: unknown])[],
  row?: object,
): void {
  describe(title, () => {
    for (const [expression, value] of cases)
      test(expression, async () => assert.deepEqual(await evaluate(expression, row), value));
  });
}

check('precedence and operators', [
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['7 / 2', 3],
  ['7 / 2.0', 3.5],
  ['-7 % 3', -1],
  ['- 2 - -3', 1],
  ['1 - 1 - 1', -1],
  ['9223372036854775807 - 1 = 9223372036854775806', true],
  ['-9223372036854775808 + 1 = -9223372036854775807', true],
  ['0.1 + 0.2 = 0.3', true],
  ['CAST(0.1 AS FLOAT) + CAST(0.2 AS FLOAT) = 0.3', false],
  ['1 / 3.0 = 0.33333333333333333333333333333333333333', true],
  ['NOT 1 = 2', true],
  ['1 = 2 OR 1 = 1 AND 2 = 2', true],
  ['1 = 1 OR 1 = 1 AND 1 = 2', true],
  ['NOT (TRUE AND NULL) IS NULL', false],
  ['TRUE AND NULL IS NULL', true],
  ['FALSE AND NULL', false],
  ['TRUE OR NULL', true],
  ["'a' || 'b' || 'c'", 'abc'],
  ['2 < 10', true],
  ["'2' < '10'", false],
  ["1 = '1'", false],
  ["1 <> '1'", true],
  ["1 < '2'", null],
  ['1 = 1.0', true],
  ['NULL = NULL', null],
  ['MISSING = 1', missing],
  ["'\u{1f600}' > '\uffee'", true],
  ['5 BETWEEN 1 AND 5', true],
  ['0 NOT BETWEEN 1 AND 5', true],
  ["'b' IN ('a', 'b', 'c')", true],
  ["'d' NOT IN ('a', 'b', 'c')", true],
  ['3 IN (1, 2.0, 3.0)', true],
  ['3 IN (1, NULL)', null],
  ['2 IN [1, 2]', true],
  ['1 + 1 IN (2) = TRUE', true],
  ['NULL IS NULL', true],
  ['MISSING IS NULL', true],
  ['NULL IS MISSING', false],
  ['MISSING IS MISSING', true],
  ['1 IS NOT NULL', true],
]);

check('LIKE', [
  ["'abc' LIKE 'a%'", true],
  ["'abc' LIKE '%c'", true],
  ["'abc' LIKE '%b%'", true],
  ["'abc' LIKE '_b_'", true],
  ["'abc' LIKE 'a_'", false],
  ["'aXbXc' LIKE 'a%X%c'", true],
  ["'' LIKE '%'", true],
  ["'' LIKE ''", true],
  ["'100%' LIKE '100\\%' ESCAPE '\\'", true],
  ["'1000' LIKE '100\\%' ESCAPE '\\'", false],
  ["'a_b' LIKE 'a!_b' ESCAPE '!'", true],
  ["'\u{1f600}' LIKE '_'", true],
  ["'abc' NOT LIKE 'x%'", true],
  ["NULL LIKE '%'", null],
  ["'a.c' LIKE 'a.c'", true],
  ["'abc' LIKE 'a.c'", false],
]);

check('conditional functions', [
  ["CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END", 'two'],
  ["CASE 3 WHEN 1 THEN 'one' ELSE 'other' END", 'other'],
  ["CASE WHEN 1 > 2 THEN 'a' WHEN 2 > 1 THEN 'b' END", 'b'],
  ['CASE WHEN NULL THEN 1 END', null],
  ['COALESCE(1)', 1],
  ['COALESCE(null, null)', null],
  ['COALESCE(missing)', null],
  ['COALESCE(1, null)', 1],
  ['COALESCE(null, null, 1)', 1],
  ["COALESCE(null, 'string')", 'string'],
  ['COALESCE(missing, 1)', 1],
  ['NULLIF(1, 1)', null],
  ['NULLIF(1, 2)', 1],
  ['NULLIF(1.0, 1)', null],
  ["NULLIF(1, '1')", 1],
  ['NULLIF([1], [1])', null],
  ['NULLIF(1, NULL)', 1],
  ['NULLIF(NULL, 1)', null],
  ['NULLIF(missing, missing)', null],
]);

check('CAST', [
  ["CAST('2007-04-05T14:30Z' AS TIMESTAMP)", '2007-04-05T14:30Z'],
  ['CAST(0.456 AS FLOAT)', 0.456],
  ["CAST('12' AS INT) + 1", 13],
  ['CAST(3.99 AS INTEGER)', 3],
  ['CAST(-3.99 AS INT)', -3],
  ["CAST(' 7 ' AS SMALLINT)", 7],
  ["CAST('true' AS BOOL)", true],
  ['CAST(0 AS BOOLEAN)', false],
  ["CAST('1.20' AS DECIMAL(10, 2)) = 1.2", true],
  ['CAST(12 AS STRING)', '12'],
  ['CAST(1.50 AS VARCHAR(10))', '1.50'],
  ['CAST(TRUE AS CHAR)', 'true'],
  ["CAST('1e3' AS NUMERIC)", 1000],
  ["CAST('2.5' AS DOUBLE PRECISION)", 2.5],
  ['CAST(NULL AS INT)', null],
  ['CAST(MISSING AS INT)', missing],
]);

check('date functions', [
  ['DATE_ADD(year, 5, `2010-01-01T`)', '2015-01-01'],
  ['DATE_ADD(month, 1, `2010T`)', '2010-02T'],
  ['DATE_ADD(month, 13, `2010T`)', '2011-02T'],
  ['DATE_ADD(day, -1, `2017-01-10T`)', '2017-01-09'],
  ['DATE_ADD(hour, 1, `2017T`)', '2017-01-01T01:00-00:00'],
  ['DATE_ADD(hour, 1, `2017-01-02T03:04Z`)', '2017-01-02T04:04Z'],
  ['DATE_ADD(minute, 1, `2017-01-02T03:04:05.006Z`)', '2017-01-02T03:05:05.006Z'],
  ['DATE_ADD(second, 1, `2017-01-02T03:04:05.006Z`)', '2017-01-02T03:04:06.006Z'],
  ['DATE_ADD(month, 1, `2024-01-31T`)', '2024-02-29'],
  ['DATE_DIFF(year, `2010-01-01T`, `2011-01-01T`)', 1],
  ['DATE_DIFF(month, `2010T`, `2010-05T`)', 4],
  ['DATE_DIFF(month, `2010T`, `2011T`)', 12],
  ['DATE_DIFF(month, `2011T`, `2010T`)', -12],
  ['DATE_DIFF(day, `2010-01-01T23:00Z`, `2010-01-02T01:00Z`)', 0],
  ['DATE_DIFF(second, `2010-01-01T00:00:00.9Z`, `2010-01-01T00:00:01.1Z`)', 0],
  ['EXTRACT(YEAR FROM `2010-01-01T`)', 2010],
  ['EXTRACT(MONTH FROM `2010T`)', 1],
  ['EXTRACT(MONTH FROM `2010-10T`)', 10],
  ['EXTRACT(HOUR FROM `2017-01-02T03:04:05+07:08`)', 3],
  ['EXTRACT(MINUTE FROM `2017-01-02T03:04:05+07:08`)', 4],
  ['EXTRACT(TIMEZONE_HOUR FROM `2017-01-02T03:04:05+07:08`)', 7],
  ['EXTRACT(TIMEZONE_MINUTE FROM `2017-01-02T03:04:05+07:08`)', 8],
  ["TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y')", 'July 20, 1969'],
  ["TO_STRING(`1969-07-20T20:18Z`, 'MMM d, yyyy')", 'Jul 20, 1969'],
  ["TO_STRING(`1969-07-20T20:18Z`, 'M-d-yy')", '7-20-69'],
  ["TO_STRING(`1969-07-20T20:18Z`, 'MM-d-y')", '07-20-1969'],
  ["TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y h:m a')", 'July 20, 1969 8:18 PM'],
  ["TO_STRING(`1969-07-20T20:18Z`, 'y-MM-dd''T''H:m:ssX')", '1969-07-20T20:18:00Z'],
  ["TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXX')", '1969-07-20T20:18:00+0800'],
  ["TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXXX')", '1969-07-20T20:18:00+08:00'],
  ["TO_TIMESTAMP('2007T')", '2007T'],
  ["TO_TIMESTAMP('2007-02-23T12:14:33.079-08:00')", '2007-02-23T12:14:33.079-08:00'],
  ["TO_TIMESTAMP('July 20, 1969 8:18 PM', 'MMMM d, y h:m a')", '1969-07-20T20:18-00:00'],
  ["TO_TIMESTAMP('20/7/1969 20:18:01.5 +0100', 'd/M/y H:mm:ss.S xx')", '1969-07-20T20:18:01.5+01:00'],
  ["TO_TIMESTAMP('2026-11-21T09:00:00Z') < UTCNOW()", true],
  ['UTCNOW()', '2026-11-21T10:00:00.123Z'],
  ['`2010-01-01T00:00Z` = `2010-01-01T01:00+01:00`', true],
]);

check('string functions', [
  ["CHAR_LENGTH('')", 0],
  ["CHARACTER_LENGTH('abcdefg')", 7],
  ["CHAR_LENGTH('\u{1f600}')", 1],
  ["LOWER('AbCdEfG!@#$')", 'abcdefg!@#$'],
  ["UPPER('AbCdEfG!@#$')", 'ABCDEFG!@#$'],
  ["SUBSTRING('123456789', 0)", '123456789'],
  ["SUBSTRING('123456789', 1)", '123456789'],
  ["SUBSTRING('123456789', 2)", '23456789'],
  ["SUBSTRING('123456789', -4)", '123456789'],
  ["SUBSTRING('123456789', 0, 999)", '123456789'],
  ["SUBSTRING('123456789', 1, 5)", '12345'],
  ["SUBSTRING('123456789' FROM 2 FOR 3)", '234'],
  ["SUBSTRING('123456789', -1, 4)", '12'],
  ["TRIM('       foobar         ')", 'foobar'],
  ["TRIM(LEADING FROM '       foobar         ')", 'foobar         '],
  ["TRIM(TRAILING FROM '       foobar         ')", '       foobar'],
  ["TRIM(BOTH FROM '       foobar         ')", 'foobar'],
  ["TRIM(BOTH '12' FROM '1112211foobar22211122')", 'foobar'],
  ['SIZE([1, 2, 3])', 3],
]);

check(
  'paths and names',
  [
    ['s.name', 'Susan'],
    ['name', 'Susan'],
    ['S.NAME', 'Susan'],
    ['s."name"', 'Susan'],
    ['s."NAME"', missing],
    ['s.projects[0].project_name', 'one'],
    ["s['projects'][1]['project_name']", 'two'],
    ['projects[7].project_name', missing],
    ['s.nothing.there.either', missing],
    ['s."CAST"', 'reserved'],
    ['s.none', null],
    ['s.none.deeper', missing],
  ],
  {
    name: 'Susan',
    projects: [{ project_name: 'one' }, { project_name: 'two' }],
    CAST: 'reserved',
    none: null,
  },
);

describe('refused', () => {
  const cases: readonly (readonly [expression: string, code: string])[] = [
    ["CAST('x' AS INT)", 'CastFailed'],
    ["CAST('2010-02-30T' AS TIMESTAMP)", 'CastFailed'],
    ['CAST(1 AS INTERVAL)', 'InvalidDataType'],
    ['CAST 1', 'ParseExpectedLeftParenAfterCast'],
    ['CAST(1)', 'ParseCastArity'],
    ['9223372036854775807 + 1', 'IntegerOverflow'],
    ['99999999999999999999', 'NumberFormatError'],
    ['9223372036854775808', 'NumberFormatError'],
    ['- -9223372036854775808', 'IntegerOverflow'],
    ['1 / 0', 'UnsupportedSqlOperation'],
    ['s.CAST', 'ParseInvalidPathComponent'],
    ['FOO(1)', 'UnsupportedFunction'],
    ['LOWER(1)', 'IncorrectSqlFunctionArgumentType'],
    ["LOWER('a', 'b')", 'EvaluatorInvalidArguments'],
    ["'a' LIKE 'b' ESCAPE 'xy'", 'EvaluatorLikePatternInvalidEscapeSequence'],
    ["'a' LIKE 'a!b' ESCAPE '!'", 'EvaluatorLikePatternInvalidEscapeSequence'],
    ['5 LIKE 5', 'LikeInvalidInputs'],
    ['EXTRACT(WEEK FROM `2010T`)', 'ParseExpectedDatePart'],
    ["TO_TIMESTAMP('yesterday')", 'ValueParseFailure'],
    ["TO_STRING(`2010T`, 'q')", 'EvaluatorInvalidTimestampFormatPatternSymbol'],
    ["TO_STRING(`2010T`, 'yyyyy')", 'EvaluatorInvalidTimestampFormatPattern'],
    ["TO_STRING(`2010T`, '''open')", 'EvaluatorUnterminatedTimestampFormatPatternToken'],
    ["TO_TIMESTAMP('2010 2011', 'yyyy y')", 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ["TO_TIMESTAMP('x', 'y-MM-dd''T''H:h a')", 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ["TO_TIMESTAMP('x', 'y-MM-dd h:mm')", 'EvaluatorTimestampFormatPatternHourClockAmPmMismatch'],
    ["TO_TIMESTAMP('x', 'y-MM-dd H:mm a')", 'EvaluatorTimestampFormatPatternHourClockAmPmMismatch'],
    ["TO_TIMESTAMP('20', 'MM')", 'EvaluatorInvalidTimestampFormatPattern'],
    ["TO_TIMESTAMP('2010 20', 'y dd')", 'EvaluatorInvalidTimestampFormatPattern'],
    ["TO_TIMESTAMP('2010-01-01Z', 'y-MM-ddX')", 'EvaluatorInvalidTimestampFormatPattern'],
    ["TO_TIMESTAMP('J', 'MMMMM')", 'EvaluatorInvalidTimestampFormatPatternSymbolForParsing'],
    ['`{a: 1}`', 'LexerInvalidIONLiteral'],
    ["'open", 'LexerInvalidLiteral'],
    ['1 # 2', 'LexerInvalidChar'],
    ['(1 + )', 'ParseExpectedExpression'],
    ['CASE END', 'ParseUnExpectedKeyword'],
    ['CASE 1 END', 'ParseExpectedWhenClause'],
    ['(SELECT 1)', 'UnsupportedSqlStructure'],
    ['SUM(*)', 'ParseUnsupportedCallWithStar'],
    ['SUM(1, 2)', 'ParseNonUnaryAgregateFunctionCall'],
    ['SUM(SUM(1))', 'UnsupportedSqlStructure'],
    [`${'('.repeat(5000)}1${')'.repeat(5000)}`, 'MaxOperatorsExceeded'],
    [Array.from({ length: 5000 }, () => '1').join('+'), 'MaxOperatorsExceeded'],
    [`${'NOT '.repeat(5000)}TRUE`, 'MaxOperatorsExceeded'],
    [`'${'x'.repeat(256 * 1024)}'`, 'ExpressionTooLong'],
  ];
  for (const [expression, code] of cases) {
    test(`${expression.slice(0, 50)} is ${code}`, async () => {
      await assert.rejects(
        evaluate(expression),
        (error) => error instanceof SelectError && error.code === code,
      );
    });
  }

  test('two names that differ in case only are ambiguous', async () => {
    const row = { NAME: 1, name: 2 };
    await assert.rejects(evaluate('s.Name', row), { code: 'AmbiguousFieldName' });
    assert.equal(await evaluate('s."NAME"', row), 1);
  });

  test('a long chain of OR is no deep tree', async () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => `n=${at}`).join(' OR ');
    assert.equal(await evaluate(chain, { n: 19_999 }), true);
  });

  test('a pattern of many wildcards does not explode', async () => {
    assert.equal(await evaluate(`s.t LIKE '${'%a'.repeat(2000)}b'`, { t: 'a'.repeat(20_000) }), false);
  });
});
