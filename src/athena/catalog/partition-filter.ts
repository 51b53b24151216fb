// SPDX-License-Identifier: Apache-2.0
import type { HiveColumn } from '../../query/dialect/ddl-statement.js';
import type {
  ConditionOperand,
  ConditionOperator,
  ConstantValue,
  TableCondition,
} from '../../query/table-condition.js';
import { type HiveType, parseHiveType } from './hive-type.js';

/** Values of partition columns by name; of those that are known. */
export type PartitionValues = Readonly<Record<string, string | undefined>>;

/** Which partitions of a table a query can need. */
export interface PartitionFilter {
  /** False only when no row of the partition can count. A column without a value can be anything. */
  mayHold(values: PartitionValues): boolean;
  /** Whether the condition says anything of a column. */
  isAbout(column: string): boolean;
  /** The only values that a column can have, as the condition writes them; undefined when they are not listed. */
  onlyValues(column: string): readonly string[] | undefined;
}

/** What one statement may cost: conditions are a stranger's, partitions many. Beyond it nothing is left out. */
const stepsMax = 20_000_000;

/** Hive's name for a partition of NULL. */
const nullPartition = '__HIVE_DEFAULT_PARTITION__';

/** Undefined: not known. */
type Truth = boolean | undefined;
type Value =
  | { readonly type: 'varchar' | 'number' | 'date' | 'timestamp'; readonly of: string | bigint }
  | undefined;
/** How the text of a value is read. */
type Reading =
  | { readonly as: 'varchar' | 'integer' | 'date' | 'timestamp' }
  | { readonly as: 'decimal'; readonly precision: number; readonly scale: number };
type Read = (values: PartitionValues) => Value;
type Test = (values: PartitionValues) => Truth;

const noCondition: PartitionFilter = {
  mayHold: () => true,
  isAbout: () => false,
  onlyValues: () => undefined,
};

/**
 * The condition of a statement over partition columns, with Trino's comparison: texts by code points, numbers as numbers, a day
 * with a time as its midnight, and nothing else across types. What it cannot decide is left to the engine, which sees the condition too.
 */
export function partitionFilter(
  keys: readonly HiveColumn[],
  condition: TableCondition | undefined,
): PartitionFilter {
  if (condition === undefined) return noCondition;
  const types = new Map(keys.map(({ name, type }) => [name, parseHiveType(type)]));
  const names = new Set<string>();
  const steps = { left: stepsMax };
  const test = testOf(condition, types, names, steps);
  return {
    mayHold: (values) => steps.left <= 0 || test(values) !== false,
    isAbout: (column) => names.has(column),
    onlyValues: (column) => onlyValues(condition, column, types.get(column)),
  };
}

interface Steps {
  left: number;
}

function testOf(
  condition: TableCondition,
  types: ReadonlyMap<string, HiveType>,
  names: Set<string>,
  steps: Steps,
): Test {
  const read = (operand: ConditionOperand): Read => readOf(operand, types, names);
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const terms = condition.terms.map((term) => testOf(term, types, names, steps));
      const deciding = condition.kind === 'or';
      return (values) => {
        let found: Truth = !deciding;
        for (const term of terms) {
          const truth = term(values);
          if (truth === deciding) return deciding;
          if (truth === undefined) found = undefined;
        }
        return found;
      };
    }
    case 'compare': {
      const [left, right] = [read(condition.left), read(condition.right)];
      const holds = orders[condition.operator];
      return (values) => {
        steps.left -= 1;
        const order = compared(left(values), right(values));
        return order === undefined ? undefined : holds(order);
      };
    }
    case 'in': {
      const of = read(condition.of);
      const values = condition.values.map((value) => read(value)({}));
      const listed = new Set(values.map(keyOf));
      const isSure = !listed.has(undefined);
      const type = values[0]?.type;
      const isOneType = values.every((value) => value?.type === type);
      return (given) => {
        steps.left -= 1;
        const value = of(given);
        if (value === undefined || value.type !== type || !isOneType || !isSure) return undefined;
        return listed.has(keyOf(value)) !== condition.not;
      };
    }
    case 'like': {
      const of = read(condition.of);
      const { pattern, not } = condition;
      return (values) => {
        const value = of(values);
        if (value?.type !== 'varchar') return undefined;
        const text = value.of as string;
        steps.left -= 1 + text.length * pattern.length;
        return steps.left <= 0 ? undefined : isLike(text, pattern) !== not;
      };
    }
  }
}

const orders: Readonly<Record<ConditionOperator, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function readOf(operand: ConditionOperand, types: ReadonlyMap<string, HiveType>, names: Set<string>): Read {
  switch (operand.kind) {
    case 'constant': {
      const value = plainValue(operand.text, constantReading(operand));
      return () => value;
    }
    case 'column': {
      const type = types.get(operand.name);
      if (type === undefined) return () => undefined;
      names.add(operand.name);
      const kind = comparedAs(type);
      return (values) => {
        const text = values[operand.name];
        if (kind === undefined || text === undefined || text === nullPartition) return undefined;
        return plainValue(text, kind);
      };
    }
    case 'concat': {
      const parts = operand.parts.map((part) => readOf(part, types, names));
      return (values) => {
        let text = '';
        for (const part of parts) {
          const value = part(values);
          if (value?.type !== 'varchar') return undefined;
          text += value.of as string;
        }
        return { type: 'varchar', of: text };
      };
    }
    case 'cast': {
      const of = readOf(operand.of, types, names);
      return (values) => {
        const value = of(values);
        if (value?.type === 'varchar') return plainValue(value.of as string, { as: operand.to });
        if (operand.to === 'date')
          return value?.type === 'timestamp'
            ? { type: 'date', of: (value.of as string).slice(0, 10) }
            : onlyOfType(value, 'date');
        // A decimal that is cast is rounded: the engine's to say.
        return value?.type === 'number' && (value.of as bigint) % numberUnit === 0n ? value : undefined;
      };
    }
  }
}

function onlyOfType(value: Value, type: 'date'): Value {
  return value?.type === type ? value : undefined;
}

function comparedAs(type: HiveType): Reading | undefined {
  if (type.kind === 'text') return { as: 'varchar' };
  if (type.kind === 'decimal') return { as: 'decimal', precision: type.precision, scale: type.scale };
  if (type.kind !== 'primitive') return undefined;
  switch (type.name) {
    case 'string':
      return { as: 'varchar' };
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return { as: 'integer' };
    case 'date':
      return { as: 'date' };
    case 'timestamp':
      return { as: 'timestamp' };
    default:
      return undefined;
  }
}

function constantReading({ type }: ConstantValue): Reading {
  return type === 'decimal'
    ? { as: type, precision: fractionDigits * 2, scale: fractionDigits }
    : { as: type };
}

/** Trino's decimals have at most 38 digits, so no more behind the point. Numbers are kept as so many of their smallest parts. */
const fractionDigits = 38;
const numberUnit = 10n ** BigInt(fractionDigits);

/** Only in the plain forms: others are the engine's to read, as is what it would have to round. */
function plainValue(text: string, reading: Reading): Value {
  switch (reading.as) {
    case 'varchar':
      return { type: 'varchar', of: text };
    case 'integer':
      return /^-?\d{1,18}$/.test(text) ? { type: 'number', of: BigInt(text) * numberUnit } : undefined;
    case 'decimal':
      return decimalValue(text, reading);
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? { type: 'date', of: text } : undefined;
    case 'timestamp':
      return timestampValue(text);
  }
}

function decimalValue(text: string, { precision, scale }: Reading & { as: 'decimal' }): Value {
  const [, sign, whole, fraction = ''] = /^(-?)(\d{1,38})(?:\.(\d{1,38}))?$/.exec(text) ?? [];
  if (whole === undefined || fraction.length > scale) return undefined;
  if (whole.replace(/^0+/, '').length > precision - scale) return undefined;
  const parts = BigInt(whole + fraction.padEnd(fractionDigits, '0'));
  return { type: 'number', of: sign === '-' ? -parts : parts };
}

/** A day stands for its midnight. */
function timestampValue(text: string): Value {
  const [, day, time = '00:00:00', fraction = ''] =
    /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))?)?$/.exec(text) ?? [];
  const plainText = `${day} ${time}.${fraction.padEnd(3, '0')}`;
  const at = new Date(`${plainText.replace(' ', 'T')}Z`);
  // What is no time of the calendar is the engine's to refuse.
  if (day === undefined || Number.isNaN(at.getTime())) return undefined;
  return at.toISOString() === `${plainText.replace(' ', 'T')}Z`
    ? { type: 'timestamp', of: plainText }
    : undefined;
}

function midnightOf(value: NonNullable<Value>): Value {
  if (value.type === 'timestamp') return value;
  return value.type === 'date' ? timestampValue(value.of as string) : undefined;
}

function keyOf(value: Value): string | bigint | undefined {
  return value?.of;
}

function compared(a: Value, b: Value): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.type !== b.type) {
    const [time, otherTime] = [midnightOf(a), midnightOf(b)];
    return time === undefined || otherTime === undefined ? undefined : compared(time, otherTime);
  }
  if (a.type === 'varchar') return Buffer.compare(Buffer.from(a.of as string), Buffer.from(b.of as string));
  return a.of < b.of ? -1 : a.of > b.of ? 1 : 0;
}

/** Without going back further than the last `%`: the time is bounded by the product of the lengths. */
function isLike(text: string, pattern: string): boolean {
  const [of, wanted] = [[...text], [...pattern]];
  let [at, next, anyAt, anyNext] = [0, 0, -1, 0];
  while (at < of.length) {
    if (wanted[next] === '%') {
      anyAt = at;
      next += 1;
      anyNext = next;
    } else if (next < wanted.length && (wanted[next] === '_' || wanted[next] === of[at])) {
      at += 1;
      next += 1;
    } else if (anyAt >= 0) {
      anyAt += 1;
      at = anyAt;
      next = anyNext;
    } else return false;
  }
  return wanted.slice(next).every((mark) => mark === '%');
}

/** One writing for each number. */
function plain({ type, text }: ConstantValue): string {
  return type === 'integer' && /^-?\d{1,18}$/.test(text) ? String(BigInt(text)) : text;
}

function onlyValues(
  condition: TableCondition,
  column: string,
  type: HiveType | undefined,
): readonly string[] | undefined {
  const isColumn = (operand: ConditionOperand) => operand.kind === 'column' && operand.name === column;
  const reading = type === undefined ? undefined : comparedAs(type)?.as;
  // Times and decimals are written in more ways than one.
  const kind = reading === 'timestamp' || reading === 'decimal' ? undefined : reading;
  const texts = (operands: readonly ConditionOperand[]) =>
    operands.every((operand) => operand.kind === 'constant' && operand.type === kind)
      ? operands.map((operand) => (operand.kind === 'constant' ? plain(operand) : ''))
      : undefined;
  switch (condition.kind) {
    case 'compare':
      if (condition.operator !== '=') return undefined;
      if (isColumn(condition.left)) return texts([condition.right]);
      return isColumn(condition.right) ? texts([condition.left]) : undefined;
    case 'in':
      return isColumn(condition.of) && !condition.not ? texts(condition.values) : undefined;
    case 'like':
      return undefined;
    case 'and':
    case 'or': {
      const found = condition.terms.map((term) => onlyValues(term, column, type));
      const known = found.filter((each) => each !== undefined);
      if (condition.kind === 'or')
        return known.length < found.length ? undefined : [...new Set(known.flat())];
      const [first, ...others] = known;
      return first?.filter((value) => others.every((each) => each.includes(value)));
    }
  }
}
