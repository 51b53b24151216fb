// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import type { TableName } from '../table-source.js';
import type {
  Expression,
  GroupingElement,
  Identifier,
  Query,
  QueryBody,
  SelectBody,
  SelectItem,
  SortItem,
} from './ast.js';
import { castTo } from './cast-to.js';
import type { ParsedStatement, ResolvedTable, TranslateOptions, Translation } from './dialect.js';
import { fieldsOf, Scope, type ScopeColumn, type ScopeRelation } from './scope.js';
import { ExpressionTranslator } from './translate-expression.js';
import { translateRelation } from './translate-relation.js';
import {
  commonType,
  printTrinoType,
  quoteName,
  sameType,
  type TrinoType,
  toDuckdbType,
} from './trino-type.js';
import { type Typed, typed } from './typed.js';
import { toLocal } from './zones.js';

export interface OutputColumn {
  readonly name: string | undefined;
  readonly type: TrinoType;
}

/** A query in DuckDB's words; its columns are named c1, c2, …. */
export interface TranslatedQuery {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

export interface WithQuery extends TranslatedQuery {
  readonly sqlName: string;
}

export function translateQuery(
  parsed: ParsedStatement,
  table: (name: TableName) => ResolvedTable,
  options: TranslateOptions,
): Translation {
  if (!parsed.query) throw new QueryError('NOT_SUPPORTED', 'Only queries are translated.');
  const given = options.parameters?.length ?? 0;
  if (given !== parsed.parameterCount) {
    throw new QueryError(
      'SYNTAX_ERROR',
      `Incorrect number of parameters: expected ${parsed.parameterCount} but found ${given}`,
    );
  }
  const query = new QueryTranslator(parsed.text, table, options).query(parsed.query, undefined);
  return {
    sql: options.forView ? query.sql : printed(query),
    columns: query.columns.map(({ name, type }, index) => ({
      name: shownName(name, index, options),
      type: printTrinoType(type),
    })),
  };
}

/** Athena shows names in lower case, and columns without one as _col0, _col1, …. */
function shownName(name: string | undefined, index: number, { dialect }: TranslateOptions): string {
  if (name === undefined) return `_col${index}`;
  return dialect === 'athena' ? name.toLowerCase() : name;
}

/** An instant in a zone of its own is printed in it: DuckDB's values know none. */
function printed({ sql, columns }: TranslatedQuery): string {
  if (!columns.some(({ type }) => type.kind === 'timestampTz' && type.zone !== undefined)) return sql;
  const items = columns.map(({ type }, index) => {
    const name = quoteName(`c${index + 1}`);
    if (type.kind !== 'timestampTz' || type.zone === undefined) return name;
    return `strftime(${toLocal({ sql: name, type })}, '%Y-%m-%d %H:%M:%S.%g ${type.zone.replaceAll("'", '')}') AS ${name}`;
  });
  return `SELECT ${items.join(', ')} FROM (${sql}) AS "q0"`;
}

/** Translates one statement; keeps its names apart. */
export class QueryTranslator {
  readonly expressions: ExpressionTranslator;
  private relationCount = 0;
  private withQueries: ReadonlyMap<string, WithQuery> = new Map();

  constructor(
    readonly sql: string,
    readonly table: (name: TableName) => ResolvedTable,
    readonly options: TranslateOptions,
  ) {
    this.expressions = new ExpressionTranslator(this);
  }

  nextName(letter: string): string {
    return `${letter}${++this.relationCount}`;
  }

  withQuery(name: string): WithQuery | undefined {
    return this.withQueries.get(name);
  }

  query(query: Query, outer: Scope | undefined): TranslatedQuery {
    const around = this.withQueries;
    const withs: string[] = [];
    for (const item of query.with) {
      const inner = this.query(item.query, outer);
      const columns = renamed(inner.columns, item.columns, `WITH ${item.name.name}`);
      const sqlName = this.nextName('w');
      withs.push(`${quoteName(sqlName)} AS (${inner.sql})`);
      this.withQueries = new Map([
        ...this.withQueries,
        [item.name.name.toLowerCase(), { ...inner, columns, sqlName }],
      ]);
    }
    const end = this.rowLimits(query, outer);
    const body =
      query.body.kind === 'select'
        ? this.select(query.body, query.orderBy, outer)
        : this.ordered(this.body(query.body, outer), query.orderBy, outer);
    this.withQueries = around;
    const sql = `${withs.length > 0 ? `WITH ${withs.join(', ')} ` : ''}${body.sql}${end}`;
    return { sql: typed(sql, { kind: 'unknown' }).sql, columns: body.columns };
  }

  private rowLimits({ limit, offset }: Query, outer: Scope | undefined): string {
    const read = (expression: Expression): string => {
      const { sql, type } = this.expressions.translate(expression, new Scope([], outer));
      if (!/^\d+$/.test(sql) || (type.kind !== 'integer' && type.kind !== 'bigint'))
        throw this.expressions.fail(expression, 'LIMIT and OFFSET take a number');
      return sql;
    };
    return (limit ? ` LIMIT ${read(limit)}` : '') + (offset ? ` OFFSET ${read(offset)}` : '');
  }

  private body(body: QueryBody, outer: Scope | undefined): TranslatedQuery {
    switch (body.kind) {
      case 'select':
        return this.select(body, [], outer);
      case 'nested':
        return this.query(body.query, outer);
      case 'values':
        return this.values(body.rows, outer);
      case 'set':
        return this.setOperation(body, outer);
    }
  }

  private values(rows: readonly (readonly Expression[])[], outer: Scope | undefined): TranslatedQuery {
    const scope = new Scope([], outer);
    const read = rows.map((row) => row.map((value) => this.expressions.translate(value, scope)));
    const types: TrinoType[] = (read[0] ?? []).map(({ type }) => type);
    for (const [index, row] of read.entries()) {
      if (row.length !== types.length)
        throw this.expressions.fail(rows[index]?.[0], 'Values rows have mismatched sizes');
      for (const [column, { type }] of row.entries())
        types[column] = this.unite(types[column] as TrinoType, type, 'VALUES', column);
    }
    const lines = read.map(
      (row) => `(${row.map((value, column) => castTo(value, types[column] as TrinoType)).join(', ')})`,
    );
    const names = types.map((_, index) => quoteName(`c${index + 1}`)).join(', ');
    const relation = quoteName(this.nextName('v'));
    return {
      sql: `SELECT ${names} FROM (VALUES ${lines.join(', ')}) AS ${relation}(${names})`,
      columns: types.map((type) => ({ name: undefined, type })),
    };
  }

  private unite(left: TrinoType, right: TrinoType, where: string, column: number): TrinoType {
    const type = commonType(left, right);
    if (type) return type;
    throw new QueryError(
      'SYNTAX_ERROR',
      `TYPE_MISMATCH: column ${column + 1} in ${where} has incompatible types: ${printTrinoType(left)}, ${printTrinoType(right)}`,
    );
  }

  private setOperation(body: Extract<QueryBody, { kind: 'set' }>, outer: Scope | undefined): TranslatedQuery {
    const left = this.body(body.left, outer);
    const right = this.body(body.right, outer);
    const word = body.operator.toUpperCase();
    if (left.columns.length !== right.columns.length) {
      throw new QueryError(
        'SYNTAX_ERROR',
        `${word} query has different number of fields: ${left.columns.length}, ${right.columns.length}`,
      );
    }
    const columns = left.columns.map(({ name, type }, index) => ({
      name,
      type: this.unite(type, right.columns[index]?.type ?? type, `${word} query`, index),
    }));
    const sql = `${this.asColumns(left, columns)} ${word}${body.all ? ' ALL' : ''} ${this.asColumns(right, columns)}`;
    return { sql, columns };
  }

  private asColumns(query: TranslatedQuery, columns: readonly OutputColumn[]): string {
    if (query.columns.every(({ type }, index) => sameType(type, columns[index]?.type ?? type)))
      return `(${query.sql})`;
    const items = columns.map(
      ({ type }, index) =>
        `CAST(${quoteName(`c${index + 1}`)} AS ${toDuckdbType(type)}) AS ${quoteName(`c${index + 1}`)}`,
    );
    return `(SELECT ${items.join(', ')} FROM (${query.sql}) AS ${quoteName(this.nextName('q'))})`;
  }

  /** ORDER BY of what is no SELECT: it knows the columns of the result only. */
  private ordered(
    query: TranslatedQuery,
    orderBy: readonly SortItem[],
    outer: Scope | undefined,
  ): TranslatedQuery {
    const relation = this.nextName('q');
    const items = query.columns.map((_, index) => `${quoteName(relation)}.${quoteName(`c${index + 1}`)}`);
    const scope = new Scope([relationOver(relation, query.columns, undefined)], outer);
    const outputs = query.columns.map(({ name, type }, index) => ({
      name,
      value: typed(items[index] as string, type),
    }));
    const sorted = orderBy.length > 0 ? ` ORDER BY ${this.sortItems(orderBy, scope, outputs)}` : '';
    const list = items.map((item, index) => `${item} AS ${quoteName(`c${index + 1}`)}`);
    return {
      sql: `SELECT ${list.join(', ')} FROM (${query.sql}) AS ${quoteName(relation)}${sorted}`,
      columns: query.columns,
    };
  }

  private select(body: SelectBody, orderBy: readonly SortItem[], outer: Scope | undefined): TranslatedQuery {
    const from = this.from(body, outer);
    const scope = this.groupsByFaster(body, from.scope) ? from.scope.withoutFaster() : from.scope;
    this.expressions.enterSelect(body.windows);
    const outputs = body.items.flatMap((item) => this.selectItem(item, scope));
    if (outputs.length === 0)
      throw this.expressions.fail(body.items[0], 'SELECT * not allowed in queries without FROM clause');
    const where = body.where ? ` WHERE ${this.expressions.filter(body.where, from.scope)}` : '';
    const groupBy =
      body.groupBy.length > 0
        ? ` GROUP BY ${body.groupBy.map((element) => this.grouping(element, scope, outputs)).join(', ')}`
        : '';
    const having = body.having ? ` HAVING ${this.expressions.condition(body.having, scope)}` : '';
    const sorted = orderBy.length > 0 ? ` ORDER BY ${this.sortItems(orderBy, scope, outputs)}` : '';
    this.expressions.leaveSelect();
    const list = outputs.map(({ value }, index) => `${asStored(value)} AS ${quoteName(`c${index + 1}`)}`);
    const sql = `SELECT ${body.distinct ? 'DISTINCT ' : ''}${list.join(', ')}${from.sql}${where}${groupBy}${having}${sorted}`;
    return { sql, columns: outputs.map(({ name, value }) => ({ name, type: value.type })) };
  }

  /** Groups of a whole column hold what its fields say, but not what another column says faster. */
  private groupsByFaster({ groupBy, items }: SelectBody, scope: Scope): boolean {
    const keys = groupBy.flatMap((element) =>
      element.kind === 'simple' ? [element.of] : element.sets.flat(),
    );
    return keys.some((key) => {
      const item = key.kind === 'number' ? items[Number(key.text) - 1] : undefined;
      const of = item?.kind === 'expression' ? item.of : key;
      const found = of.kind === 'name' ? scope.find(of.parts) : 'unknown';
      return typeof found !== 'string' && found.column !== undefined;
    });
  }

  private from({ from }: SelectBody, outer: Scope | undefined): { sql: string; scope: Scope } {
    const parts: string[] = [];
    const relations: ScopeRelation[] = [];
    for (const relation of from) {
      const translated = translateRelation(this, relation, relations, outer);
      parts.push(translated.sql);
      relations.push(...translated.relations);
    }
    return {
      sql: parts.length > 0 ? ` FROM ${parts.join(' CROSS JOIN ')}` : '',
      scope: new Scope(relations, outer),
    };
  }

  private selectItem(item: SelectItem, scope: Scope): Output[] {
    if (item.kind === 'expression') {
      const value = this.expressions.translate(item.of, scope);
      return [{ name: item.alias?.name ?? nameOf(item.of), value }];
    }
    if (!item.of) return scope.relations.flatMap(shownColumns);
    const { of } = item;
    const relations = of.kind === 'name' ? scope.relationsNamed(of.parts) : [];
    const outputs = relations.length > 0 ? relations.flatMap(shownColumns) : this.rowFields(of, scope);
    if (item.aliases.length > 0 && item.aliases.length !== outputs.length)
      throw this.expressions.fail(
        item,
        `Column alias list has ${item.aliases.length} entries but ${outputs.length} columns are there`,
      );
    return outputs.map(({ name, value }, index) => ({ name: item.aliases[index]?.name ?? name, value }));
  }

  private rowFields(of: Expression, scope: Scope): Output[] {
    const row = this.expressions.translate(of, scope);
    if (row.type.kind !== 'row')
      throw this.expressions.fail(of, `Cannot expand ${printTrinoType(row.type)} with .*`);
    return row.type.fields.flatMap(({ name }) => {
      const value = name === undefined ? 'unknown' : fieldsOf(row, [name.toLowerCase()]);
      return typeof value === 'string' ? [] : [{ name, value }];
    });
  }

  private grouping(element: GroupingElement, scope: Scope, outputs: readonly Output[]): string {
    const one = (expression: Expression): string => {
      if (expression.kind !== 'number') return this.expressions.translate(expression, scope).sql;
      return this.ordinal(expression, expression.text, outputs, 'GROUP BY').value.sql;
    };
    if (element.kind === 'simple') {
      // A position stays one: DuckDB refuses a constant here, which a selected item may be.
      if (element.of.kind === 'number')
        return String(outputs.indexOf(this.ordinal(element.of, element.of.text, outputs, 'GROUP BY')) + 1);
      return element.of.kind === 'row' ? `(${element.of.items.map(one).join(', ')})` : one(element.of);
    }
    const sets = element.sets.map((set) => `(${set.map(one).join(', ')})`);
    return `${element.kind === 'sets' ? 'GROUPING SETS' : element.kind.toUpperCase()} (${sets.join(', ')})`;
  }

  private ordinal(expression: Expression, text: string, outputs: readonly Output[], clause: string): Output {
    const output = /^\d+$/.test(text) ? outputs[Number(text) - 1] : undefined;
    if (!output) throw this.expressions.fail(expression, `${clause} position ${text} is not in select list`);
    return output;
  }

  private sortItems(items: readonly SortItem[], scope: Scope, outputs: readonly Output[]): string {
    const named = new Map<string, Typed>();
    for (const { name, value } of outputs)
      if (name !== undefined && !named.has(name.toLowerCase())) named.set(name.toLowerCase(), value);
    const inner = scope.within(named);
    return items
      .map(({ by, descending, nullsFirst }) => {
        const direction = `${descending ? ' DESC' : ' ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
        if (by.kind === 'number')
          return `${outputs.indexOf(this.ordinal(by, by.text, outputs, 'ORDER BY')) + 1}${direction}`;
        const { sql } = this.expressions.translate(by, inner);
        const place = outputs.findIndex(({ value }) => value.sql === sql);
        return `${place < 0 ? sql : place + 1}${direction}`;
      })
      .join(', ');
  }
}

interface Output {
  readonly name: string | undefined;
  readonly value: Typed;
}

function shownColumns({ columns }: ScopeRelation): Output[] {
  return columns
    .filter(({ hidden }) => !hidden)
    .map(({ name, sql, type, relation, faster }) => ({
      name,
      value: typed(sql, type, faster ? { column: { relation, faster } } : {}),
    }));
}

/** Columns and fields are called as the query writes them; other expressions have no name. */
function nameOf(expression: Expression): string | undefined {
  if (expression.kind === 'field') return expression.name.name;
  return expression.kind === 'name' ? expression.parts.at(-1)?.name : undefined;
}

function asStored({ sql, type }: Typed): string {
  return type.kind === 'unknown' ? `CAST(${sql} AS INTEGER)` : sql;
}

export function renamed(
  columns: readonly OutputColumn[],
  names: readonly Identifier[],
  of: string,
): OutputColumn[] {
  if (names.length > 0 && names.length !== columns.length) {
    throw new QueryError(
      'SYNTAX_ERROR',
      `Column alias list of ${of} has ${names.length} entries but the relation has ${columns.length} columns`,
    );
  }
  return columns.map(({ name, type }, index) => ({ name: names[index]?.name ?? name, type }));
}

/** A relation of c1, c2, … as the scope around sees it. */
export function relationOver(
  relation: string,
  columns: readonly OutputColumn[],
  alias: string | undefined,
): ScopeRelation {
  const shown = columns.map(
    ({ name, type }, index): ScopeColumn => ({
      name,
      type,
      relation,
      sql: `${quoteName(relation)}.${quoteName(`c${index + 1}`)}`,
    }),
  );
  return alias === undefined ? { columns: shown } : { alias: alias.toLowerCase(), columns: shown };
}
