// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import type { TableName } from '../table-source.js';
import type { Expression, Query, QueryBody, SelectBody, SelectItem, SortItem, WithItem } from './ast.js';
import { castTo } from './cast-to.js';
import type { ParsedStatement, ResolvedTable, TranslateOptions, Translation } from './dialect.js';
import { firstRows } from './first-rows.js';
import { verifyGroupedNames } from './grouped-names.js';
import { HandOn } from './hand-on.js';
import { verifyExpansion } from './macro-expansion.js';
import { type NumberedRows, numberedRows } from './numbered-rows.js';
import { type OutputColumn, relationOver, renamed } from './output-columns.js';
import { fieldsOf, Scope, type ScopeRelation } from './scope.js';
import { groupingSql, type Output, sortItems, verifyOrderOfDistinct } from './selected-outputs.js';
import { printed, shownName } from './shown-query.js';
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
import { failingTest, type Typed, typed } from './typed.js';

/** A query in DuckDB's words; its columns are named c1, c2, …, and behind them, where its columns have faster ways, f1, f2, …. */
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
  verifyExpansion(query.sql);
  return {
    sql: options.forView ? query.sql : printed(query),
    columns: query.columns.map(({ name, type }, index) => ({
      name: shownName(name, index, options),
      type: printTrinoType(type),
    })),
  };
}

/** Translates one statement; keeps its names apart. */
export class QueryTranslator {
  readonly expressions: ExpressionTranslator;
  private relationCount = 0;
  /** By their names, those of the queries around included. Copies for each query would make a thousand of them a million. */
  private readonly withQueries = new Map<string, WithQuery>();
  /** SELECTs of which another asks for a few rows of each group alone. */
  private readonly numbered = new Map<SelectBody, NumberedRows>();
  /** Queries of WITH before the whole statement: within it the engine would read all columns of what asks them. */
  private readonly leading: string[] = [];
  private depth = 0;

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

  /** @param inFrom others ask its columns by their names */
  query(query: Query, outer: Scope | undefined, inFrom = false): TranslatedQuery {
    const around: [name: string, query: WithQuery | undefined][] = [];
    const define = (name: string, defined: WithQuery): void => {
      around.push([name, this.withQueries.get(name)]);
      this.withQueries.set(name, defined);
    };
    const numbered = numberedRows(query);
    if (numbered) {
      this.numbered.set(...numbered);
      this.expressions.numbered.set(numbered[1].window.orderBy, numbered[1]);
    }
    const withs: string[] = [];
    this.depth += 1;
    for (const item of query.with) {
      if (item.recursive) {
        withs.push(...this.recursion(item, outer, define));
        continue;
      }
      const inner = this.query(item.query, outer, true);
      const columns = renamed(inner.columns, item.columns, `WITH ${item.name.name}`);
      const sqlName = this.nextName('w');
      withs.push(`${quoteName(sqlName)} AS (${inner.sql})`);
      define(item.name.name.toLowerCase(), { ...inner, columns, sqlName });
    }
    const ties = query.withTies ? this.tiesOf(query, outer) : undefined;
    const end = ties ? '' : this.rowLimits(query, outer);
    const body =
      query.body.kind === 'select'
        ? this.select(query.body, query.orderBy, outer, ties, inFrom)
        : this.ordered(this.body(query.body, outer), query.orderBy, outer, ties);
    for (const [name, before] of around.reverse()) {
      if (before) this.withQueries.set(name, before);
      else this.withQueries.delete(name);
    }
    this.depth -= 1;
    if (this.depth === 0) withs.unshift(...this.leading);
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

  /** The numbers of LIMIT and OFFSET where rows that are equal to the last one come too. */
  private tiesOf({ limit, offset, body }: Query, outer: Scope | undefined): Ties {
    if (body.kind === 'select' && body.distinct)
      throw new QueryError('NOT_SUPPORTED', 'SELECT DISTINCT with FETCH FIRST … WITH TIES is not supported.');
    const read = (expression: Expression | undefined): number =>
      expression ? Number(this.rowLimits({ limit: expression } as Query, outer).replace(' LIMIT ', '')) : 0;
    return { first: read(offset), last: read(offset) + read(limit) };
  }

  /** Rows up to those that are equal to the last one, without those that OFFSET leaves out. */
  private qualify(ties: Ties | undefined, order: string): string {
    if (!ties) return '';
    const skipped = ties.first > 0 ? ` AND row_number() OVER (ORDER BY ${order}) > ${ties.first}` : '';
    return ` QUALIFY rank() OVER (ORDER BY ${order}) <= ${ties.last}${skipped}`;
  }

  /**
   * A query of WITH RECURSIVE, written out level by level as Trino plans it, each a query of WITH: so it ends, whatever it
   * does. One level more must have no rows (Trino, "SELECT": WITH RECURSIVE clause; `max_recursion_depth` is 10).
   */
  private recursion(
    item: WithItem,
    outer: Scope | undefined,
    define: (name: string, query: WithQuery) => void,
  ): string[] {
    const { body, with: inner, orderBy, limit, offset } = item.query;
    if (
      body.kind !== 'set' ||
      body.operator !== 'union' ||
      inner.length > 0 ||
      orderBy.length > 0 ||
      limit ||
      offset
    )
      throw new QueryError(
        'NOT_SUPPORTED',
        `The recursive query '${item.name.name}' is not a plain UNION of a base and a step, which alone is supported.`,
      );
    if (item.columns.length === 0)
      throw this.expressions.fail(item.query, 'missing column aliases in recursive WITH query');
    const name = item.name.name.toLowerCase();
    const base = this.body(body.left, outer);
    const columns = renamed(base.columns, item.columns, `WITH ${item.name.name}`);
    const levels = [this.nextName('w')];
    const withs = [`${quoteName(levels[0] as string)} AS (${base.sql})`];
    for (let depth = 0; depth <= RECURSION_DEPTH_MAX; depth++) {
      define(name, { sql: '', columns, sqlName: levels.at(-1) as string });
      const step = this.body(body.right, outer);
      if (step.columns.length !== columns.length)
        throw this.expressions.fail(
          body.right,
          'base and step relations of recursion have different number of fields',
        );
      for (const [index, { type }] of step.columns.entries())
        this.unite(columns[index]?.type ?? type, type, 'recursive UNION', index);
      levels.push(this.nextName('w'));
      withs.push(`${quoteName(levels.at(-1) as string)} AS ${this.asColumns(step, columns)}`);
    }
    const rows = levels.slice(0, -1).map((level) => `SELECT * FROM ${quoteName(level)}`);
    const complaint = failingTest(
      `Recursion depth limit exceeded, which is ${RECURSION_DEPTH_MAX}`,
      "coalesce(CAST(c1 AS VARCHAR), '')",
    );
    rows.push(`SELECT * FROM ${quoteName(levels.at(-1) as string)} WHERE ${complaint}`);
    const sqlName = this.nextName('w');
    withs.push(`${quoteName(sqlName)} AS (${rows.join(body.all ? ' UNION ALL ' : ' UNION ')})`);
    define(name, { sql: '', columns, sqlName });
    return withs;
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
    ties?: Ties,
  ): TranslatedQuery {
    const relation = this.nextName('q');
    const items = query.columns.map((_, index) => `${quoteName(relation)}.${quoteName(`c${index + 1}`)}`);
    const scope = new Scope([relationOver(relation, query.columns, undefined)], outer);
    const outputs = query.columns.map(({ name, type }, index) => ({
      name,
      value: typed(items[index] as string, type),
    }));
    const sorted =
      orderBy.length > 0 ? ` ORDER BY ${sortItems(this.expressions, orderBy, scope, outputs)}` : '';
    const qualified = this.qualify(
      ties,
      ties ? sortItems(this.expressions, orderBy, scope, outputs, false) : '',
    );
    const list = items.map((item, index) => `${item} AS ${quoteName(`c${index + 1}`)}`);
    return {
      sql: `SELECT ${list.join(', ')} FROM (${query.sql}) AS ${quoteName(relation)}${qualified}${sorted}`,
      columns: query.columns,
    };
  }

  private select(
    body: SelectBody,
    orderBy: readonly SortItem[],
    outer: Scope | undefined,
    ties?: Ties,
    inFrom = false,
  ): TranslatedQuery {
    const from = this.from(body, outer);
    const scope = this.groupsByFaster(body, from.scope) ? from.scope.withoutFaster() : from.scope;
    this.expressions.enterSelect(body.windows);
    const outputs = body.items.flatMap((item) => this.selectItem(item, scope));
    if (outputs.length === 0)
      throw this.expressions.fail(body.items[0], 'SELECT * not allowed in queries without FROM clause');
    const where = body.where ? ` WHERE ${this.expressions.filter(body.where, from.scope)}` : '';
    const groupBy =
      body.groupBy.length > 0
        ? ` GROUP BY ${body.groupBy.map((element) => groupingSql(this.expressions, element, scope, outputs)).join(', ')}`
        : '';
    verifyGroupedNames(this.expressions, body, scope, outputs);
    const having = body.having ? ` HAVING ${this.expressions.condition(body.having, scope)}` : '';
    const sorted =
      orderBy.length > 0 ? ` ORDER BY ${sortItems(this.expressions, orderBy, scope, outputs)}` : '';
    if (body.distinct) verifyOrderOfDistinct(this.expressions, orderBy, scope, outputs);
    const qualified = this.qualify(
      ties,
      ties ? sortItems(this.expressions, orderBy, scope, outputs, false) : '',
    );
    this.expressions.leaveSelect();
    const list = outputs.map(({ value }, index) => `${asStored(value)} AS ${quoteName(`c${index + 1}`)}`);
    const handOn = new HandOn();
    // Of groups, and of rows that are told apart, only what is named is known.
    const isOfRows = !body.distinct && body.groupBy.length === 0;
    const columns = outputs.map(({ name, value }): OutputColumn => {
      const faster = inFrom && isOfRows ? handOn.faster(value) : undefined;
      return { name, type: value.type, ...(faster && { faster }) };
    });
    const shown = [...list, ...handOn.items].join(', ');
    const numbered = this.numbered.get(body);
    const first = numbered && firstRows(this, body, numbered, from);
    if (first) this.leading.push(first.withSql);
    const rows = first?.from ?? from.sql;
    const sql = `SELECT ${body.distinct ? 'DISTINCT ' : ''}${shown}${rows}${where}${groupBy}${having}${qualified}${sorted}`;
    return { sql, columns };
  }

  /** Groups of a whole column hold what its fields say, but not what another column says faster. */
  private groupsByFaster({ groupBy, items }: SelectBody, scope: Scope): boolean {
    const keys = groupBy.flatMap((element) =>
      element.kind === 'simple' ? [element.of] : element.sets.flat(),
    );
    return keys.some((key) => {
      const item = key.kind === 'number' ? items[Number(key.text) - 1] : undefined;
      const of = item?.kind === 'expression' ? item.of : key;
      const root = rootOf(of);
      // Of an unknown name SELECT complains first.
      if (root === undefined || typeof scope.find(root.parts) === 'string') return false;
      const { column, fields } = this.expressions.translate(of, scope);
      return column !== undefined || (fields?.size ?? 0) > 0;
    });
  }

  from({ from }: SelectBody, outer: Scope | undefined): { sql: string; scope: Scope } {
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
}

/** How deep Trino goes unless a session says otherwise, which Athena's cannot. */
const RECURSION_DEPTH_MAX = 10;

interface Ties {
  readonly first: number;
  readonly last: number;
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

/** The name that a path begins with: of a column, a field, an element. */
function rootOf(of: Expression | undefined): Extract<Expression, { kind: 'name' }> | undefined {
  if (of?.kind === 'name') return of;
  if (of?.kind === 'field' || of?.kind === 'subscript') return rootOf(of.of);
  return of?.kind === 'call' && of.name === 'element_at' ? rootOf(of.args[0]) : undefined;
}

function asStored({ sql, type }: Typed): string {
  return type.kind === 'unknown' ? `CAST(${sql} AS INTEGER)` : sql;
}
