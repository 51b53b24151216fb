// SPDX-License-Identifier: Apache-2.0
import type { StatementAnswer } from '../../query-engine.js';
import type { TableColumn } from '../../table-source.js';
import type { Query } from '../ast.js';
import type { Explain, ExplainFigures } from './explain.js';
import { ioPlan, type ReadTable } from './io-plan.js';
import { type PlanNode, type PlannedTables, planOfQuery } from './plan-of-query.js';
import { planJson, planLines } from './print-plan.js';

export interface Explained {
  readonly explain: Explain;
  readonly query: Query;
  /** Of the query. */
  readonly columns: readonly TableColumn[];
  readonly tables: PlannedTables;
  /** All tables that are read, also those behind views. */
  readonly reads: readonly ReadTable[];
  /** Of a statement that was run. */
  readonly figures?: ExplainFigures;
}

/**
 * What EXPLAIN answers of a statement that has been found right: one column, a row for each line. A plan ends with two line
 * ends and its answer with one more, JSON with that one alone: as many rows at the end are empty. Source: answers of Athena.
 * @throws QueryError EXCEEDED_LIMIT
 */
export function explanationOf(explained: Explained): StatementAnswer {
  const { explain, query, columns, tables, reads, figures } = explained;
  if (explain.type === 'validate')
    return { columns: [{ name: 'Valid', type: 'boolean' }], rows: [['true'], ['']] };
  if (explain.type === 'io') return inLines([...jsonLines(ioPlan(reads)), '']);
  const plan = planOfQuery(query, columns, tables);
  const type = explain.analyzes ? 'varchar' : undefined;
  if (explain.format === 'json') {
    const answer = explain.type === 'logical' ? planJson(plan) : fragmentsOf(plan, columns, figures);
    return inLines([...jsonLines(answer), ''], type);
  }
  if (explain.type === 'logical') return inLines([...planLines(plan), '', '', '']);
  return inLines([...figureLines(figures), ...fragmentLines(plan, columns, figures), '', '', ''], type);
}

/** @param type a plan that is not run is a text of its own length to Athena */
function inLines(
  lines: readonly string[],
  type = `varchar(${lines.join('\n').length - 1})`,
): StatementAnswer {
  return { columns: [{ name: 'Query Plan', type }], rows: lines.map((line) => [line]) };
}

function jsonLines(value: unknown): string[] {
  return JSON.stringify(value, undefined, 2).split('\n');
}

/** All of a query runs on one machine: a distributed plan has one fragment. */
function fragmentLines(
  plan: PlanNode,
  columns: readonly TableColumn[],
  figures: ExplainFigures | undefined,
): string[] {
  return [
    'Fragment 0 [SINGLE]',
    ...(figures === undefined
      ? []
      : [
          `    CPU: ${inMs(figures.cpuMs)}, Input: ${rowsText(figures.rowsRead)} (${inBytes(figures.bytesRead)}), Output: ${rowsText(figures.rowsReturned)}`,
        ]),
    `    Output layout: ${layoutOf(columns)}`,
    '    Output partitioning: SINGLE []',
    ...planLines(plan).map((line) => `    ${line}`),
  ];
}

function figureLines(figures: ExplainFigures | undefined): string[] {
  if (figures === undefined) return [];
  return [`Planning: ${inMs(figures.planningMs)}, Execution: ${inMs(figures.executionMs)}`];
}

/** The members of Athena's answer in JSON (Amazon Athena User Guide, "Using EXPLAIN and EXPLAIN ANALYZE in Athena"). */
function fragmentsOf(
  plan: PlanNode,
  columns: readonly TableColumn[],
  figures: ExplainFigures | undefined,
): unknown {
  const fragment = { id: '0', outputLayout: layoutOf(columns), logicalPlan: { '0': [planJson(plan)] } };
  if (figures === undefined) return { '0': planJson(plan) };
  const stageStats = {
    totalCpuTime: inMs(figures.cpuMs),
    inputRows: rowsText(figures.rowsRead),
    inputDataSize: inBytes(figures.bytesRead),
    outputRows: rowsText(figures.rowsReturned),
  };
  return { fragments: [{ ...fragment, stageStats }] };
}

function layoutOf(columns: readonly TableColumn[]): string {
  return `[${columns.map(({ name }) => name).join(', ')}]`;
}

function inMs(ms: number): string {
  return ms < 1_000 ? `${ms.toFixed(2)}ms` : `${(ms / 1_000).toFixed(2)}s`;
}

function rowsText(count: number): string {
  return `${count} ${count === 1 ? 'row' : 'rows'}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** As Trino writes sizes: of 1,024, two digits behind the point. */
function inBytes(bytes: number): string {
  let left = bytes;
  let unit = 0;
  while (left >= 1_024 && unit < units.length - 1) {
    left /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? String(left) : left.toFixed(2)}${units[unit]}`;
}
