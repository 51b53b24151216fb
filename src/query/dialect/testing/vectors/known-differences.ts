// SPDX-License-Identifier: Apache-2.0
import { readVectors, type Vector } from './vector.js';

/** What is otherwise here than in Trino, knowingly: docs/sql.md tells it. */
export interface KnownDifference extends Vector {
  /** What Trino gives, in words. */
  readonly trino: string;
  readonly reason: string;
}

const DIFFERENCES: readonly (readonly [reason: string, trino: string, example: string])[] = [
  ['texts have no length in their type', 'varchar(3)', "typeof('cat') ⇒ varchar"],
  [
    'a group that takes no part in a match is empty',
    'NULL',
    `regexp_extract('rat cat', 'ra(.)|blah(.)(.)', 2) ⇒ `,
  ],
  [
    'regular expressions are RE2 ones: no lookaround, no backreferences',
    'true',
    `regexp_like('abc', 'a(?=b)') ⇒ error: invalid perl operator`,
  ],
  [
    'a function of the match replaces matches that are not empty',
    'OKaOKbOKcOK',
    "regexp_replace('abc', '', x -> 'OK') ⇒ error: needs a pattern that matches no empty text",
  ],
  [
    'the zone of an instant that is read from a column is UTC',
    '2020-05-11 11:15:05.000 +01:00',
    "SELECT from_iso8601_timestamp(x) FROM (VALUES '2020-05-11T11:15:05+01:00') AS t (x) ⇒ 2020-05-11 10:15:05.000 UTC",
  ],
  [
    'times have milliseconds',
    '2020-06-01 12:30:45.123456',
    "TIMESTAMP '2020-06-01 12:30:45.123456' ⇒ 2020-06-01 12:30:45.123",
  ],
  ['NULLs in arrays that are compared are equal', 'NULL', 'ARRAY[1, NULL] = ARRAY[1, NULL] ⇒ true'],
  ['texts that are no UTF-8 are refused', 'X�', "from_utf8(from_hex('58BF')) ⇒ error: UTF8"],
  ['one form of normalization', 'another text', "normalize('schön', NFD) ⇒ error: NFC"],
  [
    'JSON paths are members and subscripts: no filters, methods, variables',
    'true',
    "json_exists('[1, 20]', 'lax $[*]?(@ > 10)') ⇒ error: JSON path",
  ],
  ['`char` is `varchar`, without padding', '5', "length(CAST('abc' AS char(5))) ⇒ 3"],
  [
    'no aggregation by lambdas',
    '15',
    "SELECT reduce_agg(x, 0, (a, b) -> a + b, (a, b) -> a + b) FROM (VALUES 1, 2) AS t (x) ⇒ error: Function 'reduce_agg' not registered",
  ],
  [
    '`approx_distinct` counts exactly',
    'an estimate',
    'SELECT approx_distinct(x) FROM (VALUES 1, 2, 2) AS t (x) ⇒ 2',
  ],
];

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = DIFFERENCES.map(([reason, trino, example]) => {
  const [vector] = readVectors(`# ${reason}\n${example}`)[0]?.vectors ?? [];
  if (!vector) throw new Error(`not an example: ${example}`);
  return { ...vector, trino, reason };
});
