// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import type { TableName } from '../table-source.js';
import type {
  Expression,
  GroupingElement,
  Identifier,
  Query,
  QueryBody,
  Relation,
  Sample,
  SelectBody,
  SelectItem,
  TableAlias,
  WindowSpec,
  WithItem,
} from './ast.js';
import { distinctGroups } from './distinct-groups.js';
import { ExpressionParser } from './parse-expression.js';
import { readJsonTable } from './parse-json-table.js';

/** Words that end a relation or an item rather than name it, though Trino does not reserve them. */
const NO_ALIAS: readonly string[] = [
  'limit',
  'offset',
  'fetch',
  'window',
  'tablesample',
  'qualify',
  'match_recognize',
];

/** Queries of Trino's grammar. Collects the names of tables as it goes: names of WITH are none. */
export class QueryParser extends ExpressionParser {
  readonly tables: TableName[] = [];
  /** Those of the queries around included; cut to what they were where a query ends. */
  private readonly withNames: string[] = [];
  /** Queries of WITH RECURSIVE that are being read, with the place of each in `withNames`. */
  private readonly recursive: { readonly name: string; readonly place: number; isUsed: boolean }[] = [];

  query(): Query {
    return this.nested(() => {
      this.count();
      const { at } = this.token;
      const outside = this.withNames.length;
      const withItems = this.takeWord('with') ? this.withItems() : [];
      const body = this.setOperations();
      const query = { with: withItems, body, ...this.queryEnd(), at };
      this.withNames.length = outside;
      return query;
    });
  }

  private withItems(): WithItem[] {
    const isRecursive = this.takeWord('recursive');
    return this.list(() => {
      const name = this.identifier();
      const columns = this.isSymbol('(') ? this.columnNames() : [];
      this.expectWord('as');
      const own = { name: name.name.toLowerCase(), place: this.withNames.length, isUsed: false };
      if (isRecursive) {
        this.withNames.push(own.name);
        this.recursive.push(own);
      }
      const query = this.parenthesized(() => this.query());
      if (isRecursive) this.recursive.pop();
      else this.withNames.push(own.name);
      return { name, columns, query, recursive: own.isUsed };
    });
  }

  private queryEnd(): Pick<Query, 'orderBy' | 'limit' | 'offset' | 'withTies'> {
    const orderBy = this.takeWord('order', 'by') ? this.list(() => this.sortItem()) : [];
    let offset: Expression | undefined;
    let limit: Expression | undefined;
    let withTies = false;
    if (this.takeWord('offset')) {
      offset = this.valueExpression();
      if (!this.takeWord('rows')) this.takeWord('row');
    }
    if (this.takeWord('limit')) {
      if (!this.takeWord('all')) limit = this.valueExpression();
    } else if (this.takeWord('fetch')) {
      if (!this.takeWord('first')) this.expectWord('next');
      limit =
        this.isWord('row') || this.isWord('rows')
          ? { kind: 'number', text: '1', at: this.token.at }
          : this.valueExpression();
      if (!this.takeWord('rows')) this.expectWord('row');
      withTies = this.takeWord('with', 'ties');
      if (withTies && orderBy.length === 0) throw this.fail('FETCH FIRST WITH TIES clause requires ORDER BY');
      if (!withTies) this.expectWord('only');
    }
    return { ...(withTies && { withTies }), orderBy, ...(limit && { limit }), ...(offset && { offset }) };
  }

  /** UNION and EXCEPT from left to right; INTERSECT binds tighter. */
  private setOperations(): QueryBody {
    return this.sets(['union', 'except'], () => this.sets(['intersect'], () => this.queryPrimary()));
  }

  private sets(operators: readonly ('union' | 'except' | 'intersect')[], read: () => QueryBody): QueryBody {
    let left = read();
    while (true) {
      const { at } = this.token;
      const operator = operators.find((word) => this.takeWord(word));
      if (operator === undefined) return left;
      const all = this.takeWord('all');
      if (!all) this.takeWord('distinct');
      left = { kind: 'set', operator, all, left, right: read(), at };
    }
  }

  private queryPrimary(): QueryBody {
    const { at } = this.token;
    if (this.isSymbol('(')) {
      return { kind: 'nested', query: this.nested(() => this.parenthesized(() => this.query())), at };
    }
    if (this.takeWord('values')) {
      const rows = this.list(() => {
        const row = this.expression();
        return row.kind === 'row' ? row.items : [row];
      });
      return { kind: 'values', rows, at };
    }
    if (this.takeWord('table')) return this.wholeTable(at);
    if (!this.isWord('select')) throw this.unexpected("'SELECT', 'VALUES', 'WITH', '('");
    return this.select(at);
  }

  /** `TABLE t`: all of it (Trino, "SELECT": synopsis). */
  private wholeTable(at: number): SelectBody {
    const from = [this.namedRelation(this.token.at, () => ({}))];
    const items = [{ kind: 'star', aliases: [], at } as const];
    return { kind: 'select', distinct: false, items, from, groupBy: [], windows: [], at };
  }

  private select(at: number): SelectBody {
    this.take();
    const distinct = this.takeWord('distinct');
    if (!distinct) this.takeWord('all');
    const items = this.list(() => this.selectItem());
    const from = this.takeWord('from') ? this.list(() => this.relation()) : [];
    const where = this.takeWord('where') ? this.expression() : undefined;
    const groupBy = this.takeWord('group', 'by') ? this.grouping() : [];
    const having = this.takeWord('having') ? this.expression() : undefined;
    const windows = this.takeWord('window') ? this.list(() => this.namedWindow()) : [];
    return {
      kind: 'select',
      distinct,
      items,
      from,
      ...(where && { where }),
      groupBy,
      ...(having && { having }),
      windows,
      at,
    };
  }

  private namedWindow(): { name: Identifier; spec: WindowSpec } {
    const name = this.identifier();
    this.expectWord('as');
    return { name, spec: this.parenthesized(() => this.windowSpec()) };
  }

  private selectItem(): SelectItem {
    const { at } = this.token;
    if (this.takeSymbol('*')) return { kind: 'star', aliases: [], at };
    const of = this.expression();
    if (this.isSymbol('.') && this.isSymbol('*', 1)) {
      this.take();
      this.take();
      return { kind: 'star', of, aliases: this.takeWord('as') ? this.columnNames() : [], at };
    }
    const alias = this.takeWord('as') ? this.memberName() : this.isAlias() ? this.identifier() : undefined;
    return { kind: 'expression', of, ...(alias && { alias }), at };
  }

  private isAlias(): boolean {
    return this.isIdentifier() && !NO_ALIAS.some((word) => this.isWord(word));
  }

  private grouping(): readonly GroupingElement[] {
    const isDistinct = !this.takeWord('all') && this.takeWord('distinct');
    const elements = this.list(() => this.groupingElement());
    return isDistinct ? distinctGroups(elements) : elements;
  }

  private groupingElement(): GroupingElement {
    for (const kind of ['rollup', 'cube'] as const) {
      if (this.isWord(kind) && this.isSymbol('(', 1)) {
        this.take();
        return { kind, sets: this.parenthesized(() => this.list(() => this.groupingSet())) };
      }
    }
    if (this.takeWord('grouping', 'sets')) {
      return { kind: 'sets', sets: this.parenthesized(() => this.list(() => this.groupingSet())) };
    }
    if (this.isSymbol('(') && this.isSymbol(')', 1)) return { kind: 'sets', sets: [this.groupingSet()] };
    return { kind: 'simple', of: this.expression() };
  }

  private groupingSet(): readonly Expression[] {
    if (this.isSymbol('(') && this.isSymbol(')', 1)) {
      this.take();
      this.take();
      return [];
    }
    const set = this.expression();
    return set.kind === 'row' ? set.items : [set];
  }

  private relation(): Relation {
    let left = this.relationPrimary();
    while (true) {
      const { at } = this.token;
      if (this.isWord('natural')) throw new QueryError('NOT_SUPPORTED', 'Natural join not supported');
      if (this.takeWord('cross', 'join')) {
        left = { kind: 'join', type: 'cross', left, right: this.relationPrimary(), at };
        continue;
      }
      const type = this.joinType();
      if (type === undefined) return left;
      const right = this.relationPrimary();
      if (this.takeWord('using')) left = { kind: 'join', type, left, right, using: this.columnNames(), at };
      else {
        this.expectWord('on');
        left = { kind: 'join', type, left, right, on: this.expression(), at };
      }
    }
  }

  private joinType(): 'inner' | 'left' | 'right' | 'full' | undefined {
    if (this.takeWord('join') || this.takeWord('inner', 'join')) return 'inner';
    for (const type of ['left', 'right', 'full'] as const) {
      if (this.takeWord(type, 'join') || this.takeWord(type, 'outer', 'join')) return type;
    }
    return undefined;
  }

  private relationPrimary(): Relation {
    this.count();
    const { at } = this.token;
    if (this.isSymbol('(')) return this.nested(() => this.relationInParentheses(at));
    if (this.isWord('lateral') && this.isSymbol('(', 1)) {
      this.take();
      return {
        kind: 'query',
        query: this.parenthesized(() => this.query()),
        lateral: true,
        ...this.alias(),
        at,
      };
    }
    if (this.isWord('unnest') && this.isSymbol('(', 1)) {
      this.take();
      const args = this.parenthesized(() => this.list(() => this.expression()));
      return { kind: 'unnest', args, ordinality: this.takeWord('with', 'ordinality'), ...this.alias(), at };
    }
    if (this.isWord('json_table') && this.isSymbol('(', 1)) {
      this.take();
      const query = this.nested(() => this.parenthesized(() => readJsonTable(this)));
      return { kind: 'query', query, lateral: true, ...this.alias(), at };
    }
    if (this.isWord('table') && this.isSymbol('(', 1))
      throw new QueryError('NOT_SUPPORTED', 'Table functions are not supported.');
    return this.namedRelation(at, () => this.aliasAndSample());
  }

  private namedRelation(at: number, readEnd: () => { as?: TableAlias; sample?: Sample }): Relation {
    const table = this.tableName();
    if (this.isSymbol('('))
      throw new QueryError('NOT_SUPPORTED', `Table functions are not supported: ${table.table}`);
    const end = readEnd();
    if (table.schema === undefined && this.withNames.includes(table.table.toLowerCase())) {
      const name = table.table.toLowerCase();
      for (const own of this.recursive)
        if (own.name === name && this.withNames.lastIndexOf(name) === own.place) own.isUsed = true;
      return { kind: 'withName', name, ...end, at };
    }
    if (this.isWord('match_recognize'))
      throw new QueryError('NOT_SUPPORTED', 'MATCH_RECOGNIZE is not supported.');
    this.tables.push(table);
    return { kind: 'table', table, ...end, at };
  }

  private relationInParentheses(at: number): Relation {
    const mark = this.mark();
    let ahead = 0;
    while (this.isSymbol('(', ahead)) ahead++;
    if (!this.startsQuery(ahead)) return this.parenthesized(() => this.relation());
    const { parameterCount, tables } = this;
    const withCount = this.withNames.length;
    const tableCount = tables.length;
    const recursiveCount = this.recursive.length;
    try {
      const query = this.parenthesized(() => this.query());
      return { kind: 'query', query, lateral: false, ...this.aliasAndSample(), at };
    } catch (error) {
      // `((SELECT …) AS a JOIN b …)`: what looked like a query is a join in parentheses.
      if (ahead < 2 || !(error instanceof QueryError) || error.code !== 'SYNTAX_ERROR') throw error;
      this.reset(mark);
      this.parameterCount = parameterCount;
      this.withNames.length = withCount;
      this.recursive.length = recursiveCount;
      tables.length = tableCount;
      return this.parenthesized(() => this.relation());
    }
  }

  private aliasAndSample(): { as?: TableAlias; sample?: Sample } {
    const as = this.alias();
    if (!this.takeWord('tablesample')) return as;
    const method = this.takeWord('bernoulli') ? 'bernoulli' : this.takeWord('system') ? 'system' : undefined;
    if (method === undefined) throw this.unexpected('BERNOULLI, SYSTEM');
    const percent = this.parenthesized(() => {
      if (this.token.kind !== 'number') throw this.unexpected('<number>');
      return this.take().text;
    });
    return { ...as, sample: { method, percent } };
  }

  private alias(): { as?: TableAlias } {
    const explicit = this.takeWord('as');
    if (!explicit && !this.isAlias()) return {};
    const alias = this.identifier();
    return { as: { alias, columns: this.isSymbol('(') ? this.columnNames() : [] } };
  }

  private columnNames(): Identifier[] {
    return this.parenthesized(() => this.list(() => this.identifier()));
  }
}
