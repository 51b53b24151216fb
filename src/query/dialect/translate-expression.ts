// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import { withLists } from './alternatives.js';
import type { CallExpression, Expression, FrameBound, Identifier, SortItem, WindowSpec } from './ast.js';
import { castTo } from './cast-to.js';
import { castValue } from './casts.js';
import { FUNCTIONS } from './functions/all-functions.js';
import { subscript } from './functions/collections.js';
import { atTimeZone, datePart } from './functions/dates.js';
import { FunctionCall } from './functions/function-call.js';
import { literal, parameterLiteral } from './literals.js';
import type { NumberedRows } from './numbered-rows.js';
import { arithmetic, compare, impliedByAll, sortable, unified } from './operators.js';
import { fieldsOf, type Scope } from './scope.js';
import { impliedByTexts } from './text-within.js';
import { position } from './tokens.js';
import type { QueryTranslator } from './translate-query.js';
import {
  arrayOf,
  BOOLEAN,
  fieldName,
  isInterval,
  isNumber,
  isOrdered,
  printTrinoType,
  quoteName,
  quoteText,
  type TrinoType,
  UNKNOWN,
  VARCHAR,
} from './trino-type.js';
import { type Typed, typed } from './typed.js';

/** The expression of a kind, also where several kinds share a form. */
type Of<K extends Expression['kind']> = Expression extends infer E
  ? E extends { kind: infer EK }
    ? K extends EK
      ? E
      : never
    : never
  : never;

/** Some translations read a lambda twice, and lambdas nest: without a limit, forty levels would never end. */
const TRANSLATIONS_MAX = 500_000;

/** Expressions in DuckDB's words. Every one has its Trino type: what is written for it depends on it. */
export class ExpressionTranslator {
  private lambdaCount = 0;
  private translatedCount = 0;
  /** The WINDOW clauses of the SELECTs that are being translated, the innermost last. */
  private readonly windows: ReadonlyMap<string, WindowSpec>[] = [];
  /** By the orders of windows: the engine is told these as one key, by which it keeps the first rows of each group, and else all. */
  readonly numbered = new Map<readonly SortItem[], NumberedRows>();

  constructor(readonly query: QueryTranslator) {}

  enterSelect(windows: readonly { readonly name: Identifier; readonly spec: WindowSpec }[]): void {
    this.windows.push(new Map(windows.map(({ name, spec }) => [name.name.toLowerCase(), spec])));
  }

  leaveSelect(): void {
    this.windows.pop();
  }

  fail(where: { readonly at: number } | undefined, problem: string): QueryError {
    return new QueryError(
      'SYNTAX_ERROR',
      `${where ? `${position(this.query.sql, where.at)}: ` : ''}${problem}`,
    );
  }

  /** The condition of a WHERE: rows of which it is NULL are left out as those of which it is false. */
  filter(expression: Expression, scope: Scope): string {
    const { sql, implied } = this.boolean(expression, scope);
    return implied === undefined ? sql : `${implied} AND ${sql}`;
  }

  condition(expression: Expression, scope: Scope): string {
    return this.boolean(expression, scope).sql;
  }

  private boolean(expression: Expression, scope: Scope): Typed {
    const value = this.translate(expression, scope);
    const { type } = value;
    if (type.kind === 'boolean' || type.kind === 'unknown') return value;
    throw this.fail(
      expression,
      `TYPE_MISMATCH: a condition must evaluate to a boolean: actual type ${printTrinoType(type)}`,
    );
  }

  translate(expression: Expression, scope: Scope): Typed {
    if (++this.translatedCount > TRANSLATIONS_MAX)
      throw new QueryError('EXCEEDED_LIMIT', 'The statement is too complex.');
    switch (expression.kind) {
      case 'string':
      case 'number':
      case 'boolean':
      case 'null':
      case 'binary':
      case 'typed':
      case 'interval':
        return this.withPlace(expression, () => literal(expression));
      case 'parameter':
        return parameterLiteral(
          this.query.options.parameters?.[expression.index],
          this.query.options.dialect,
        );
      case 'name':
        return this.name(expression, scope);
      case 'field':
        return this.field(expression, scope);
      case 'subscript':
        return this.withPlace(expression, () =>
          subscript(this.translate(expression.of, scope), this.translate(expression.index, scope)),
        );
      case 'call':
        return this.call(expression, scope);
      case 'lambda':
        throw this.fail(expression, 'A lambda stands only for an argument of a function that takes one');
      case 'operation':
        return this.operation(expression, scope);
      case 'and': {
        const terms = expression.terms.map((term) => this.boolean(term, scope));
        return typed(`(${terms.map(({ sql }) => sql).join(' AND ')})`, BOOLEAN, impliedByAll(terms));
      }
      case 'or': {
        const isText = (name: Expression) => this.translate(name, scope).type.kind === 'varchar';
        const terms = withLists(expression.terms, isText);
        return typed(`(${terms.map((term) => this.condition(term, scope)).join(' OR ')})`, BOOLEAN);
      }
      case 'concat':
        return this.concat(expression, scope);
      case 'not':
        return typed(`(NOT ${this.condition(expression.of, scope)})`, BOOLEAN);
      case 'negate':
        return this.negate(expression, scope);
      case 'isNull':
        return typed(
          `(${this.translate(expression.of, scope).sql} IS ${expression.not ? 'NOT ' : ''}NULL)`,
          BOOLEAN,
        );
      case 'between':
        return this.between(expression, scope);
      case 'in':
        return this.inList(expression, scope);
      case 'inQuery':
        return this.inQuery(expression, scope);
      case 'like':
        return this.like(expression, scope);
      case 'exists':
        return typed(`EXISTS (${this.query.query(expression.query, scope).sql})`, BOOLEAN);
      case 'quantified':
        return this.quantified(expression, scope);
      case 'subquery':
        return this.scalarQuery(expression, scope);
      case 'case':
        return this.caseOf(expression, scope);
      case 'cast': {
        const of = this.translate(expression.of, scope);
        return this.withPlace(expression, () => castValue(of, expression.type, expression.safe));
      }
      case 'row':
        return this.row(expression.items, scope);
      case 'array':
        return this.array(expression, scope);
      case 'atTimeZone': {
        const of = this.translate(expression.of, scope);
        const zone = this.translate(expression.zone, scope);
        return this.withPlace(expression, () => atTimeZone(of, zone));
      }
      case 'extract': {
        const of = this.translate(expression.of, scope);
        return this.withPlace(expression, () => datePart(expression.part, of));
      }
    }
  }

  /** Complaints about values and types say where the expression stands. */
  withPlace<T>(where: { readonly at: number }, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof QueryError) || /^line \d/.test(error.message)) throw error;
      throw new QueryError(error.code, `${position(this.query.sql, where.at)}: ${error.message}`);
    }
  }

  private name(expression: Of<'name'>, scope: Scope): Typed {
    const found = scope.find(expression.parts);
    if (typeof found !== 'string') return found;
    const name = expression.parts.map(({ name }) => name).join('.');
    if (found === 'ambiguous') throw this.fail(expression, `Column '${name}' is ambiguous`);
    throw this.fail(expression, `COLUMN_NOT_FOUND: Column '${name}' cannot be resolved`);
  }

  private field({ of, name, at }: Of<'field'>, scope: Scope): Typed {
    const row = this.translate(of, scope);
    const found = fieldsOf(row, [name.name.toLowerCase()]);
    if (typeof found !== 'string') return found;
    throw this.fail(
      { at },
      row.type.kind === 'row'
        ? `Field '${name.name}' is not in ${printTrinoType(row.type)}`
        : `Expression ${printTrinoType(row.type)} is not of type ROW`,
    );
  }

  private operation(expression: Of<'operation'>, scope: Scope): Typed {
    const left = this.translate(expression.left, scope);
    const right = this.translate(expression.right, scope);
    const { operator } = expression;
    return this.withPlace(expression, () => {
      if (['+', '-', '*', '/', '%'].includes(operator)) return arithmetic(operator, left, right);
      return compare(operator, left, right, this.query.options.dialect);
    });
  }

  private negate({ of, at }: Of<'negate'>, scope: Scope): Typed {
    if (of.kind === 'number') return this.withPlace({ at }, () => literal({ ...of, text: `-${of.text}` }));
    const value = this.translate(of, scope);
    if (!isNumber(value.type) && !isInterval(value.type))
      throw this.fail({ at }, `Cannot negate ${printTrinoType(value.type)}`);
    return typed(`(- ${value.sql})`, value.type);
  }

  private concat({ terms, at }: Of<'concat'>, scope: Scope): Typed {
    const values = terms.map((term) => this.translate(term, scope));
    if (values.every(({ constant }) => constant !== undefined)) {
      const constant = values.map((value) => value.constant).join('');
      return typed(quoteText(constant), VARCHAR, { constant });
    }
    const lists = values.filter(({ type }) => type.kind === 'array');
    if (lists.length === 0) {
      const bad = values.find(
        ({ type }) => type.kind !== 'varchar' && type.kind !== 'unknown' && type.kind !== 'varbinary',
      );
      if (bad)
        throw this.fail(
          { at },
          `TYPE_MISMATCH: Unexpected parameters (${values.map(({ type }) => printTrinoType(type)).join(', ')}) for function concat`,
        );
      const type = values.find(({ type }) => type.kind !== 'unknown')?.type ?? VARCHAR;
      return typed(
        `(${values.map((value) => (value.type.kind === 'unknown' ? castTo(value, type) : value.sql)).join(' || ')})`,
        type,
      );
    }
    const arrays = values.map((value) =>
      value.type.kind === 'array' || value.type.kind === 'unknown'
        ? value
        : typed(`[${value.sql}]`, arrayOf(value.type)),
    );
    const { type, values: same } = this.withPlace({ at }, () => unified(arrays));
    // list_concat leaves NULL out, where || makes all of it NULL.
    return typed(`(${same.join(' || ')})`, type);
  }

  private between({ of, from, to, not, at }: Of<'between'>, scope: Scope): Typed {
    const value = this.translate(of, scope);
    const low = this.translate(from, scope);
    const high = this.translate(to, scope);
    const { dialect } = this.query.options;
    const both = this.withPlace({ at }, () => [
      compare('>=', value, low, dialect),
      compare('<=', value, high, dialect),
    ]);
    const sql = `(${both.map((one) => one.sql).join(' AND ')})`;
    return not ? typed(`(NOT ${sql})`, BOOLEAN) : typed(sql, BOOLEAN, impliedByAll(both));
  }

  private inList({ of, list, not, at }: Of<'in'>, scope: Scope): Typed {
    const value = this.translate(of, scope);
    const items = list.map((item) => this.translate(item, scope));
    const { dialect } = this.query.options;
    if (value.type.kind === 'row')
      return this.withPlace({ at }, () => {
        const tests = items.map((item) => compare('=', value, item, dialect).sql);
        return typed(`(${not ? 'NOT ' : ''}(${tests.join(' OR ')}))`, BOOLEAN);
      });
    const { values } = this.withPlace({ at }, () => {
      for (const item of items) compare('=', value, item, dialect);
      return unified(
        dialect === 'lake' && value.type.kind !== 'varchar'
          ? [
              value,
              ...items.map((item) =>
                item.constant === undefined ? item : castValue(item, printTrinoType(value.type), false),
              ),
            ]
          : [value, ...items],
      );
    });
    const sql = `(${values[0]} ${not ? 'NOT ' : ''}IN (${values.slice(1).join(', ')}))`;
    return typed(sql, BOOLEAN, not ? {} : impliedByTexts(value, items));
  }

  private inQuery({ of, query, not, at }: Of<'inQuery'>, scope: Scope): Typed {
    const value = this.translate(of, scope);
    const inner = this.query.query(query, scope);
    const [column] = inner.columns;
    if (inner.columns.length !== 1 || !column)
      throw this.fail(
        { at },
        `Multiple columns returned by subquery are not supported here: ${inner.columns.length}`,
      );
    this.withPlace({ at }, () => compare('=', value, typed('', column.type), this.query.options.dialect));
    return typed(`(${value.sql} ${not ? 'NOT ' : ''}IN (${inner.sql}))`, BOOLEAN);
  }

  private like({ of, pattern, escapedBy, not, at }: Of<'like'>, scope: Scope): Typed {
    const parts = [of, pattern, ...(escapedBy ? [escapedBy] : [])].map((part) => this.translate(part, scope));
    for (const { type } of parts) {
      if (type.kind !== 'varchar' && type.kind !== 'unknown')
        throw this.fail({ at }, `TYPE_MISMATCH: LIKE takes texts, not ${printTrinoType(type)}`);
    }
    const [value, like, escaped] = parts as [Typed, Typed, Typed | undefined];
    if (escaped?.constant !== undefined && [...escaped.constant].length !== 1)
      throw this.fail({ at }, 'Escape string must be a single character');
    return typed(
      `(${value.sql} ${not ? 'NOT ' : ''}LIKE ${like.sql}${escaped ? ` ESCAPE ${escaped.sql}` : ''})`,
      BOOLEAN,
    );
  }

  private quantified({ of, operator, all, query, at }: Of<'quantified'>, scope: Scope): Typed {
    const value = this.translate(of, scope);
    const inner = this.query.query(query, scope);
    const type = inner.columns[0]?.type ?? UNKNOWN;
    this.withPlace({ at }, () => compare(operator, value, typed('', type), this.query.options.dialect));
    return typed(`(${value.sql} ${operator} ${all ? 'ALL' : 'ANY'} (${inner.sql}))`, BOOLEAN);
  }

  private scalarQuery({ query, at }: Of<'subquery'>, scope: Scope): Typed {
    const inner = this.query.query(query, scope);
    const [column] = inner.columns;
    if (inner.columns.length !== 1 || !column)
      throw this.fail({ at }, `Subquery with ${inner.columns.length} columns where one value is needed`);
    return typed(`(${inner.sql})`, column.type);
  }

  private caseOf({ of, whens, otherwise, at }: Of<'case'>, scope: Scope): Typed {
    const subject = of && this.translate(of, scope);
    const conditions = whens.map(({ when }) =>
      subject
        ? this.withPlace(
            when,
            () => compare('=', subject, this.translate(when, scope), this.query.options.dialect).sql,
          )
        : this.condition(when, scope),
    );
    const results = whens.map(({ result }) => this.translate(result, scope));
    if (otherwise) results.push(this.translate(otherwise, scope));
    const { type, values } = this.withPlace({ at }, () => unified(results));
    const branches = conditions.map((condition, index) => `WHEN ${condition} THEN ${values[index]}`);
    return typed(`(CASE ${branches.join(' ')}${otherwise ? ` ELSE ${values.at(-1)}` : ''} END)`, type);
  }

  private row(items: readonly Expression[], scope: Scope): Typed {
    const values = items.map((item) => this.translate(item, scope));
    const fields = values.map(({ type }) => ({ type }));
    const list = values.map(
      (value, index) => `${quoteName(fieldName({ type: value.type }, index))} := ${value.sql}`,
    );
    return typed(`struct_pack(${list.join(', ')})`, { kind: 'row', fields });
  }

  private array({ items, at }: Of<'array'>, scope: Scope): Typed {
    const values = items.map((item) => this.translate(item, scope));
    const unite = this.withPlace({ at }, () => unified(values));
    return typed(`[${unite.values.join(', ')}]`, arrayOf(unite.type));
  }

  /** The body of a lambda over parameters of these types, as DuckDB writes lambdas. */
  lambda(
    expression: Expression | undefined,
    types: readonly TrinoType[],
    scope: Scope,
  ): { readonly body: Typed; readonly parameters: readonly string[] } {
    if (expression?.kind !== 'lambda') throw this.fail(expression, 'Expected a lambda: x -> …');
    if (expression.parameters.length !== types.length)
      throw this.fail(
        expression,
        `Expected a lambda that takes ${types.length} argument(s) but got one that takes ${expression.parameters.length}`,
      );
    const parameters = expression.parameters.map(() => `l${++this.lambdaCount}`);
    const locals = new Map(
      expression.parameters.map(({ name }, index) => [
        name.toLowerCase(),
        typed(quoteName(parameters[index] as string), types[index] as TrinoType),
      ]),
    );
    return { body: this.translate(expression.body, scope.within(locals)), parameters };
  }

  private call(expression: CallExpression, scope: Scope): Typed {
    const found = FUNCTIONS.get(expression.name);
    if (!found) {
      throw new QueryError(
        'NOT_SUPPORTED',
        `${position(this.query.sql, expression.at)}: Function '${expression.name}' not registered`,
      );
    }
    const isAggregate = found.kind !== 'scalar';
    const { distinct, orderBy, filter, over, nulls } = expression;
    if (!isAggregate && (distinct || orderBy || filter || over || nulls))
      throw this.fail(expression, `${expression.name} is not an aggregate or window function`);
    if (found.kind === 'window' && !over)
      throw this.fail(expression, `Window function ${expression.name} requires an OVER clause`);
    return this.withPlace(expression, () => found.translate(new FunctionCall(this, expression, scope)));
  }

  /** What stands behind the arguments of an aggregate: FILTER and OVER. */
  callEnd({ filter, over }: CallExpression, scope: Scope): string {
    const filtered = filter ? ` FILTER (WHERE ${this.condition(filter, scope)})` : '';
    return filtered + (over ? ` OVER (${this.window(over, scope)})` : '');
  }

  private window(spec: WindowSpec, scope: Scope): string {
    const base = spec.base && this.windows.at(-1)?.get(spec.base.name.toLowerCase());
    if (spec.base && !base) throw this.fail(spec, `Window '${spec.base.name}' is not defined`);
    const partitionBy = spec.partitionBy.length > 0 ? spec.partitionBy : (base?.partitionBy ?? []);
    const orderBy = spec.orderBy.length > 0 ? spec.orderBy : (base?.orderBy ?? []);
    const frame = spec.frame ?? base?.frame;
    const parts: string[] = [];
    if (partitionBy.length > 0)
      parts.push(`PARTITION BY ${partitionBy.map((by) => this.translate(by, scope).sql).join(', ')}`);
    if (orderBy.length > 0) {
      const numbered = this.numbered.get(orderBy);
      const key = numbered && this.sortKey(orderBy, scope);
      // Without groups DuckDB 1.5.5 finds a row that is numbered 1 where there are no rows at all, however it is asked for that one.
      if ((numbered?.lastNumber ?? 1) === 1 && partitionBy.length === 0) parts.push('PARTITION BY true');
      parts.push(`ORDER BY ${key ?? this.sort(orderBy, scope)}`);
    }
    if (frame) {
      const from = this.bound(frame.from, scope);
      parts.push(
        `${frame.unit.toUpperCase()} ${frame.to ? `BETWEEN ${from} AND ${this.bound(frame.to, scope)}` : from}`,
      );
    }
    return parts.join(' ');
  }

  private bound({ kind, value }: FrameBound, scope: Scope): string {
    const own = value && this.translate(value, scope).sql;
    switch (kind) {
      case 'unboundedPreceding':
        return 'UNBOUNDED PRECEDING';
      case 'unboundedFollowing':
        return 'UNBOUNDED FOLLOWING';
      case 'currentRow':
        return 'CURRENT ROW';
      case 'preceding':
        return `${own} PRECEDING`;
      case 'following':
        return `${own} FOLLOWING`;
    }
  }

  sort(items: readonly SortItem[], scope: Scope): string {
    return items.map((item) => `${sortable(this.translate(item.by, scope))} ${directionOf(item)}`).join(', ');
  }

  private sortKey(items: readonly SortItem[], scope: Scope): string | undefined {
    if (items.length < 2) return undefined;
    const values = items.map(({ by }) => this.translate(by, scope));
    if (!values.every(({ type }) => isOrdered(type))) return undefined;
    const parts = items.map((item, index) => `${values[index]?.sql}, ${quoteText(directionOf(item))}`);
    return `create_sort_key(${parts.join(', ')})`;
  }
}

function directionOf({ descending, nullsFirst }: SortItem): string {
  return `${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
}
