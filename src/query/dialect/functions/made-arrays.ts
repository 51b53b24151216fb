// SPDX-License-Identifier: Apache-2.0
import { castTo } from '../cast-to.js';
import { arrayOf, BIGINT, commonType, DATE, isInteger, TIMESTAMP } from '../trino-type.js';
import { failure, type Typed, typed } from '../typed.js';
import { atLeast, invalidArgument, literalNumber } from './checked-arguments.js';
import { type FunctionCall, type FunctionTable, scalar } from './function-call.js';

/** Trino's own limits (SequenceFunction, RepeatFunction): a short statement makes no array that fills the memory. */
const ENTRIES_MAX = 10_000;
const tooManyEntries = `result of sequence function must not have more than ${ENTRIES_MAX} entries`;

function sequence(call: FunctionCall): Typed {
  call.takes(2, 3);
  const [from, to] = [call.arg(0), call.arg(1)];
  const step = call.count === 3 ? call.arg(2) : undefined;
  if (isInteger(from.type) && isInteger(to.type)) {
    const by = step?.sql ?? `(CASE WHEN ${from.sql} <= ${to.sql} THEN 1 ELSE -1 END)`;
    if (step && literalNumber(step.sql) === 0) throw invalidArgument('interval must not be zero');
    const args = [from.sql, to.sql, by].map((sql) => `CAST(${sql} AS BIGINT)`).join(', ');
    const made = step ? `cairn_sequence(${args})` : `generate_series(${args})`;
    const length = `(CAST(${to.sql} AS DOUBLE) - CAST(${from.sql} AS DOUBLE)) / nullif(CAST(${by} AS DOUBLE), 0)`;
    return typed(limited(length, made), arrayOf(BIGINT));
  }
  const type = commonType(from.type, to.type);
  if (type?.kind !== 'date' && type?.kind !== 'timestamp') throw call.mismatch();
  if (type.kind === 'timestamp' && !step) throw call.mismatch();
  const by = step?.sql ?? `(CASE WHEN ${from.sql} <= ${to.sql} THEN to_days(1) ELSE to_days(-1) END)`;
  const [start, end] = [castTo(from, TIMESTAMP), castTo(to, TIMESTAMP)];
  const series = limited(
    `(epoch(${end}) - epoch(${start})) / nullif(epoch(${by}), 0)`,
    `generate_series(${start}, ${end}, ${by})`,
  );
  return typed(
    type.kind === 'date' ? `CAST(${series} AS DATE[])` : series,
    arrayOf(type.kind === 'date' ? DATE : TIMESTAMP),
  );
}

/** @param length how many entries come after the first */
function limited(length: string, made: string): string {
  return `(CASE WHEN ${length} >= ${ENTRIES_MAX} THEN ${failure(tooManyEntries, length)} ELSE ${made} END)`;
}

function repeat(call: FunctionCall): Typed {
  call.takes(2);
  const [value, count] = [call.arg(0), call.arg(1)];
  if (!isInteger(count.type)) throw call.mismatch();
  const below = 'count argument of repeat function must be greater than or equal to 0';
  const above = `count argument of repeat function must be less than or equal to ${ENTRIES_MAX}`;
  const literal = literalNumber(count.sql);
  if (literal !== undefined && literal > ENTRIES_MAX) throw invalidArgument(above);
  const made = `cairn_repeat(${value.sql}, ${count.sql})`;
  const bounded =
    literal === undefined
      ? `(CASE WHEN ${count.sql} > ${ENTRIES_MAX} THEN ${failure(above, count.sql)} ELSE ${made} END)`
      : made;
  return typed(atLeast(call, 1, 0, below, bounded), arrayOf(value.type));
}

/** Arrays that are made of single values (Trino, "Array functions and operators"). */
export const ARRAY_MAKING_FUNCTIONS: FunctionTable = {
  sequence: scalar(sequence),
  repeat: scalar(repeat),
};
