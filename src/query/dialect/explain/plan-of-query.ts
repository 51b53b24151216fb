// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query-error.js';
import type { TableColumn, TableName } from '../../table-source.js';
import type {
  CallExpression,
  Expression,
  GroupingElement,
  Query,
  QueryBody,
  Relation,
  SelectBody,
  SelectItem,
} from '../ast.js';
import { FUNCTIONS } from '../functions/all-functions.js';
import { ExpressionPrinter } from './print-expression.js';

/** A step of a query, in the words of Trino's plans where it is one of theirs. Rows flow from the children to it. */
export interface PlanNode {
  readonly name: string;
  readonly descriptor: readonly (readonly [name: string, value: string])[];
  /** Where they are known. */
  readonly outputs?: readonly TableColumn[];
  readonly details: readonly string[];
  readonly children: readonly PlanNode[];
}

export interface PlannedTable {
  /** With nothing left open. */
  readonly name: TableName;
  readonly columns?: readonly TableColumn[];
  /** Of a view. */
  readonly view?: { readonly query: Query; readonly tables: PlannedTables };
}

export type PlannedTables = (name: TableName) => PlannedTable | undefined;

/** Views in views can be more than anybody reads. */
const nodesMax = 2_000;
/** Of all steps together: a view's long conditions stand wherever it is named. */
const charactersMax = 4_000_000;

/**
 * The steps that a query asks for, in the order in which it asks: what the engine makes of them (what is filtered before it is
 * joined, what is read in parallel) is not in it. A query of WITH stands once, below `With`.
 * @throws QueryError EXCEEDED_LIMIT
 */
export function planOfQuery(query: Query, columns: readonly TableColumn[], tables: PlannedTables): PlanNode {
  const planner = new Planner(tables, namesIn(query), { nodes: 0, subqueries: 0, characters: 0 });
  const child = planner.query(query);
  const names = columns.map(({ name }) => name).join(', ');
  return planner.node('Output', [['columnNames', `[${names}]`]], [child], [], columns);
}

class Planner {
  /** Queries inside of the expressions of the step at hand. */
  private inside: PlanNode[] = [];
  private readonly numbers = new Map<Query, string>();
  private readonly expressions = new ExpressionPrinter((query) => {
    const known = this.numbers.get(query);
    if (known !== undefined) return `(subquery ${known})`;
    const number = String(++this.counts.subqueries);
    this.numbers.set(query, number);
    const outside = this.inside;
    this.inside = [];
    const child = this.query(query);
    this.inside = [...outside, this.node('Subquery', [['number', number]], [child])];
    return `(subquery ${number})`;
  });

  constructor(
    private readonly tables: PlannedTables,
    /** Everything that the statement names; undefined where it shows all columns of something. */
    private readonly names: ReadonlySet<string> | undefined,
    private readonly counts: { nodes: number; subqueries: number; characters: number },
  ) {}

  node(
    name: string,
    descriptor: PlanNode['descriptor'],
    children: readonly PlanNode[],
    details: readonly string[] = [],
    outputs?: readonly TableColumn[],
  ): PlanNode {
    this.count();
    this.counts.characters += JSON.stringify([descriptor, details, outputs]).length;
    if (this.counts.characters > charactersMax)
      throw new QueryError('EXCEEDED_LIMIT', `The plan has more than ${charactersMax} characters.`);
    const all = [...children, ...this.inside.splice(0)];
    return { name, descriptor, details, children: all, ...(outputs === undefined ? {} : { outputs }) };
  }

  private count(): void {
    if (++this.counts.nodes > nodesMax)
      throw new QueryError('EXCEEDED_LIMIT', `The plan has more than ${nodesMax} steps.`);
  }

  query({ with: withs, body, orderBy, limit, offset, withTies }: Query): PlanNode {
    const named = withs.map(({ name, query }) =>
      this.node('WithQuery', [['name', name.name]], [this.query(query)]),
    );
    let plan = this.body(body);
    const print = this.expressions;
    const order = `[${print.sorted(orderBy)}]`;
    if (orderBy.length > 0 && limit !== undefined && offset === undefined && !withTies)
      plan = this.node(
        'TopN',
        [
          ['count', print.print(limit)],
          ['orderBy', order],
        ],
        [plan],
      );
    else {
      if (orderBy.length > 0) plan = this.node('Sort', [['orderBy', order]], [plan]);
      if (offset !== undefined) plan = this.node('Offset', [['count', print.print(offset)]], [plan]);
      if (limit !== undefined) {
        const ties: PlanNode['descriptor'] = withTies ? [['withTies', 'true']] : [];
        plan = this.node('Limit', [['count', print.print(limit)], ...ties], [plan]);
      }
    }
    return named.length === 0 ? plan : this.node('With', [], [...named, plan]);
  }

  private body(body: QueryBody): PlanNode {
    switch (body.kind) {
      case 'select':
        return this.select(body);
      case 'nested':
        return this.query(body.query);
      case 'values':
        return this.node('Values', [['rows', String(body.rows.length)]], []);
      case 'set': {
        const name = { union: 'Union', intersect: 'Intersect', except: 'Except' }[body.operator];
        const plan = this.node(name, [], [this.body(body.left), this.body(body.right)]);
        return body.all ? plan : this.node('Distinct', [], [plan]);
      }
    }
  }

  private select(select: SelectBody): PlanNode {
    const print = this.expressions;
    let plan = this.from(select.from);
    if (select.where) plan = this.filter(select.where, plan);
    const calls = callsIn([select.items, select.having, select.windows]);
    const aggregates = calls.filter(({ name, over }) => over === undefined && isAggregate(name));
    if (select.groupBy.length > 0 || aggregates.length > 0) {
      const keys = select.groupBy.map((element) => this.grouping(element, select.items)).join(', ');
      plan = this.node(
        'Aggregate',
        [['keys', `[${keys}]`]],
        [plan],
        aggregates.map((call) => print.print(call)),
      );
    }
    if (select.having) plan = this.filter(select.having, plan);
    const windows = calls.filter(({ over }) => over !== undefined);
    if (windows.length > 0)
      plan = this.node(
        'Window',
        [],
        [plan],
        windows.map((call) => print.print(call)),
      );
    if (select.items.some((item) => item.kind === 'expression' && item.of.kind !== 'name'))
      plan = this.node(
        'Project',
        [],
        [plan],
        select.items.flatMap((item) => this.assignment(item)),
      );
    return select.distinct ? this.node('Distinct', [], [plan]) : plan;
  }

  private filter(condition: Expression, of: PlanNode): PlanNode {
    return this.node('Filter', [['filterPredicate', this.expressions.print(condition)]], [of]);
  }

  private assignment(item: SelectItem): string[] {
    if (item.kind === 'star' || item.of.kind === 'name') return [];
    const text = this.expressions.print(item.of);
    return [item.alias === undefined ? text : `${item.alias.name} := ${text}`];
  }

  private grouping(element: GroupingElement, items: readonly SelectItem[]): string {
    if (element.kind !== 'simple') {
      const sets = element.sets.map((set) => `(${this.expressions.list(set)})`).join(', ');
      return `${element.kind === 'sets' ? 'GROUPING SETS' : element.kind.toUpperCase()} (${sets})`;
    }
    const { of } = element;
    const item = of.kind === 'number' ? items[Number(of.text) - 1] : undefined;
    return this.expressions.print(item?.kind === 'expression' ? item.of : of);
  }

  private from(relations: readonly Relation[]): PlanNode {
    const [first, ...others] = relations;
    if (first === undefined) return this.node('Values', [['rows', '1']], []);
    return others.reduce(
      (left, right) => this.node('CrossJoin', [], [left, this.relation(right)]),
      this.relation(first),
    );
  }

  private relation(relation: Relation): PlanNode {
    const plan = this.plainRelation(relation);
    const sample = 'sample' in relation ? relation.sample : undefined;
    if (sample === undefined) return plan;
    const descriptor: PlanNode['descriptor'] = [
      ['type', sample.method.toUpperCase()],
      ['percent', sample.percent],
    ];
    return this.node('Sample', descriptor, [plan]);
  }

  private plainRelation(relation: Relation): PlanNode {
    switch (relation.kind) {
      case 'table':
        return this.table(relation.table);
      case 'withName':
        return this.node('WithScan', [['name', relation.name]], []);
      case 'query':
        return this.query(relation.query);
      case 'unnest': {
        const args = this.expressions.list(relation.args);
        const ordinality: PlanNode['descriptor'] = relation.ordinality ? [['ordinality', 'true']] : [];
        return this.node('Unnest', [['unnest', `[${args}]`], ...ordinality], []);
      }
      case 'join':
        return this.join(relation);
    }
  }

  private join({ type, left, right, on, using }: Extract<Relation, { kind: 'join' }>): PlanNode {
    const sides = [this.relation(left), this.relation(right)];
    if (type === 'cross') return this.node('CrossJoin', [], sides);
    const name = { inner: 'InnerJoin', left: 'LeftJoin', right: 'RightJoin', full: 'FullJoin' }[type];
    const criteria =
      using === undefined
        ? on === undefined
          ? []
          : [this.expressions.print(on)]
        : [`USING (${using.map((each) => each.name).join(', ')})`];
    return this.node(
      name,
      criteria.map((text) => ['criteria', text] as const),
      sides,
    );
  }

  private table(name: TableName): PlanNode {
    const found = this.tables(name);
    const { catalog, schema, table } = found?.name ?? name;
    const shown = [catalog, schema, table].filter((part) => part !== undefined).join(':');
    if (found?.view === undefined) {
      const columns = found?.columns?.filter(
        ({ name: column }) => this.names?.has(column.toLowerCase()) ?? true,
      );
      return this.node('TableScan', [['table', shown]], [], [], columns);
    }
    // Before what is behind it: views of views may have no end.
    this.count();
    const { query, tables } = found.view;
    const inner = new Planner(tables, namesIn(query), this.counts).query(query);
    return this.node('View', [['name', shown]], [inner]);
  }
}

/** Calls in a part of a statement, the outermost ones; queries inside have their own. */
function callsIn(node: unknown): CallExpression[] {
  if (typeof node !== 'object' || node === null) return [];
  if ('body' in node && 'with' in node) return [];
  const call = node as CallExpression;
  const isShown = call.kind === 'call' && (call.over !== undefined || isAggregate(call.name));
  const inside = Object.values(isShown && call.over === undefined ? {} : node).flatMap(callsIn);
  return isShown ? [...inside, call] : inside;
}

function isAggregate(name: string): boolean {
  return FUNCTIONS.get(name)?.kind === 'aggregate';
}

/** Columns that are named are among these: what a table is read for is at most that. */
function namesIn(query: Query): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  let showsAll = false;
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { kind, name, quoted } = node as { kind?: unknown; name?: unknown; quoted?: unknown };
    if (kind === 'star') showsAll = true;
    if (quoted !== undefined) names.add(String(name).toLowerCase());
    for (const value of Object.values(node)) look(value);
  };
  look(query);
  return showsAll ? undefined : names;
}
