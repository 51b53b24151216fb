// SPDX-License-Identifier: Apache-2.0
import { SelectError, type SelectErrorCode } from '../select-error.js';
import { castTypes } from '../values/cast.js';
import type { DatePart } from '../values/timestamp.js';
import type { AggregateName, Expression, ExtractPart } from './syntax.js';
import type { TokenReader } from './token-reader.js';

/** How many arguments a function takes. Source: S3 User Guide, "SQL functions". */
const argumentCounts: Readonly<Record<string, readonly [min: number, max: number]>> = {
  char_length: [1, 1],
  character_length: [1, 1],
  lower: [1, 1],
  upper: [1, 1],
  coalesce: [1, Number.POSITIVE_INFINITY],
  nullif: [2, 2],
  size: [1, 1],
  to_string: [2, 2],
  to_timestamp: [1, 2],
  utcnow: [0, 0],
};

const aggregateNames: ReadonlySet<string> = new Set(['avg', 'count', 'max', 'min', 'sum']);
const dateParts: ReadonlySet<string> = new Set(['year', 'month', 'day', 'hour', 'minute', 'second']);
const zoneParts: ReadonlySet<string> = new Set(['timezone_hour', 'timezone_minute']);

const noParenthesis: SelectErrorCode = 'ParseExpectedLeftParenBuiltinFunctionCall';

/** Reads calls of functions: those with commas, and those with words of their own between the arguments. */
export class FunctionParser {
  readonly #tokens: TokenReader;
  readonly #read: () => Expression;
  readonly #special: Readonly<Record<string, () => Expression>> = {
    cast: () => this.#cast(),
    extract: () => this.#extract(),
    substring: () => this.#substring(),
    trim: () => this.#trim(),
    date_add: () => this.#dateFunction('dateAdd'),
    date_diff: () => this.#dateFunction('dateDiff'),
  };

  constructor(tokens: TokenReader, read: () => Expression) {
    this.#tokens = tokens;
    this.#read = read;
  }

  /** The call that comes next; undefined, and nothing taken, where none does. */
  take(): Expression | undefined {
    const token = this.#tokens.peek();
    if (token.kind !== 'word') return undefined;
    const after = this.#tokens.peek(1);
    const { text: name } = token;
    const isCall = after.kind === 'symbol' && after.text === '(';
    if (!isCall) {
      if (name !== 'cast') return undefined;
      this.#tokens.next();
      throw this.#tokens.error('ParseExpectedLeftParenAfterCast');
    }
    this.#tokens.next();
    this.#tokens.expectSymbol('(', noParenthesis);
    if (Object.hasOwn(this.#special, name)) return this.#special[name]!();
    if (aggregateNames.has(name)) return this.#aggregate(name as AggregateName);
    return this.#plain(name);
  }

  #plain(name: string): Expression {
    const counts = Object.hasOwn(argumentCounts, name) ? argumentCounts[name] : undefined;
    if (counts === undefined) throw new SelectError('UnsupportedFunction', name.slice(0, 40).toUpperCase());
    const given: Expression[] = [];
    if (!this.#tokens.isSymbol(')')) {
      if (this.#tokens.isSymbol('*')) throw this.#tokens.error('ParseUnsupportedCallWithStar');
      do given.push(this.#read());
      while (this.#tokens.takeSymbol(',') !== undefined);
    }
    this.#close();
    const [min, max] = counts;
    if (given.length < min || given.length > max)
      throw new SelectError('EvaluatorInvalidArguments', `In ${name.toUpperCase()}.`);
    return { kind: 'call', name, arguments: given };
  }

  #aggregate(name: AggregateName): Expression {
    const tokens = this.#tokens;
    if (tokens.takeSymbol('*') !== undefined) {
      this.#close();
      if (name !== 'count') throw new SelectError('ParseUnsupportedCallWithStar');
      return { kind: 'aggregate', name };
    }
    if (tokens.isWord('distinct')) throw tokens.error('UnsupportedSqlStructure');
    const operand = this.#read();
    if (tokens.isSymbol(',')) throw tokens.error('ParseNonUnaryAgregateFunctionCall');
    this.#close();
    return { kind: 'aggregate', name, operand };
  }

  #cast(): Expression {
    const tokens = this.#tokens;
    const operand = this.#read();
    if (tokens.isSymbol(',', ')')) throw tokens.error('ParseCastArity');
    tokens.expectWord('as');
    const token = tokens.next();
    if (token.kind !== 'word') throw new SelectError('ParseExpectedTypeName');
    const type = Object.hasOwn(castTypes, token.text) ? castTypes[token.text] : undefined;
    if (type === undefined) throw new SelectError('InvalidDataType', token.raw.slice(0, 40));
    if (token.text === 'double') tokens.takeWord('precision');
    if (token.text === 'char' || token.text === 'character') tokens.takeWord('varying');
    this.#typeParameters();
    this.#close();
    return { kind: 'cast', operand, type };
  }

  /** `(38, 2)`: read and left aside, as S3 ignores scale and precision. Source: S3 User Guide, "Data types". */
  #typeParameters(): void {
    const tokens = this.#tokens;
    if (tokens.takeSymbol('(') === undefined) return;
    do {
      const token = tokens.peek();
      if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw tokens.error('ParseInvalidTypeParam');
      tokens.next();
    } while (tokens.takeSymbol(',') !== undefined);
    tokens.expectSymbol(')', 'ParseInvalidTypeParam');
  }

  #extract(): Expression {
    const tokens = this.#tokens;
    const part = this.#word();
    if (!dateParts.has(part) && !zoneParts.has(part)) throw tokens.error('ParseExpectedDatePart');
    tokens.expectWord('from');
    const operand = this.#read();
    this.#close();
    return { kind: 'extract', part: part as ExtractPart, operand };
  }

  #dateFunction(kind: 'dateAdd' | 'dateDiff'): Expression {
    const part = this.#word();
    if (!dateParts.has(part)) throw this.#tokens.error('ParseExpectedDatePart');
    this.#tokens.expectSymbol(',', 'ParseExpectedArgumentDelimiter');
    const first = this.#read();
    this.#tokens.expectSymbol(',', 'ParseExpectedArgumentDelimiter');
    const second = this.#read();
    this.#close();
    return { kind, part: part as DatePart, first, second };
  }

  #word(): string {
    const token = this.#tokens.peek();
    if (token.kind !== 'word') throw this.#tokens.error('ParseExpectedDatePart');
    return this.#tokens.next().text;
  }

  /** `SUBSTRING(s FROM 2 FOR 3)` and `SUBSTRING(s, 2, 3)`. */
  #substring(): Expression {
    const tokens = this.#tokens;
    const given = [this.#read()];
    if (tokens.takeWord('from') !== undefined) {
      given.push(this.#read());
      if (tokens.takeWord('for') !== undefined) given.push(this.#read());
    } else while (tokens.takeSymbol(',') !== undefined) given.push(this.#read());
    this.#close();
    if (given.length < 2 || given.length > 3)
      throw new SelectError('EvaluatorInvalidArguments', 'In SUBSTRING.');
    return { kind: 'call', name: 'substring', arguments: given };
  }

  /** `TRIM([[LEADING | TRAILING | BOTH] [characters] FROM] s)` */
  #trim(): Expression {
    const tokens = this.#tokens;
    const side = (tokens.takeWord('leading', 'trailing', 'both') ?? 'both') as
      | 'leading'
      | 'trailing'
      | 'both';
    const first = tokens.isWord('from') ? undefined : this.#read();
    const isFrom = tokens.takeWord('from') !== undefined;
    if (!isFrom && first === undefined) throw tokens.error('ParseExpectedExpression');
    const operand = isFrom ? this.#read() : (first as Expression);
    this.#close();
    return { kind: 'trim', side, operand, ...(isFrom && first !== undefined ? { characters: first } : {}) };
  }

  #close(): void {
    const tokens = this.#tokens;
    if (tokens.takeSymbol(')') !== undefined) return;
    throw tokens.error(
      tokens.peek().kind === 'end'
        ? 'ParseExpectedRightParenBuiltinFunctionCall'
        : 'ParseExpectedArgumentDelimiter',
    );
  }
}
