// SPDX-License-Identifier: Apache-2.0
import {
  ALLOWED_FUNCTIONS,
  DIALECT_MACROS,
  explainFailure,
  explanationOf,
  type ParsedStatement,
  readStatement,
  translate,
} from '../../dialect/dialect.js';
import type { PlannedTables } from '../../dialect/explain/plan-of-query.js';
import { statementConditions } from '../../dialect/partition-conditions.js';
import { parseTrinoType, toDuckdbType } from '../../dialect/trino-type.js';
import type { TableColumn, TableSource } from '../../table-source.js';
import { viewOfSource } from '../../views/view-of-source.js';
import type { ExplainFacts, ExplainTable, StatementLanguage } from './statement-language.js';

/** Athena's and CloudTrail Lake's language, over the tables of segments. */
export const athenaLanguage: StatementLanguage<ParsedStatement> = {
  read: readStatement,
  translate,
  conditionsOf: statementConditions,
  explanation,
  macros: DIALECT_MACROS,
  engineType: (type) => toDuckdbType(parseTrinoType(type)),
  viewOf: viewOfSource,
  functions: ALLOWED_FUNCTIONS,
  explain: explainFailure,
};

function explanation(parsed: ParsedStatement, { columns, tables, keyOf, figures }: ExplainFacts) {
  const { explain, query } = parsed;
  if (explain === undefined || query === undefined)
    throw new Error('a statement that nobody asked to explain');
  const reads = Array.from(allOf(tables), ({ name, source }) => {
    const { fullName, where } = { fullName: source.fullName ?? name, where: name.where };
    return { name: fullName, columns: columnsOf(source), ...(where === undefined ? {} : { where }) };
  });
  const planned = plannedTables(tables, keyOf);
  return explanationOf({ explain, query, columns, tables: planned, reads, ...(figures && { figures }) });
}

/** Those behind views too, each once for each name that it goes by; views are not read themselves. */
function* allOf(tables: ReadonlyMap<string, ExplainTable>): Generator<ExplainTable> {
  for (const table of tables.values()) {
    if (table.tables === undefined) yield table;
    else yield* allOf(table.tables);
  }
}

function plannedTables(
  tables: ReadonlyMap<string, ExplainTable>,
  keyOf: ExplainFacts['keyOf'],
): PlannedTables {
  return (wanted) => {
    const table = tables.get(keyOf(wanted));
    if (table === undefined) return undefined;
    const { catalog, schema, table: own } = table.source.fullName ?? table.name;
    const name = { ...(catalog && { catalog }), ...(schema && { schema }), table: own };
    const query = (table.parsed as ParsedStatement | undefined)?.query;
    if (query !== undefined && table.tables !== undefined)
      return { name, view: { query, tables: plannedTables(table.tables, keyOf) } };
    return { name, columns: columnsOf(table.source) };
  };
}

function columnsOf(source: TableSource): readonly TableColumn[] {
  if (source.kind === 'rows') return source.columns;
  return source.kind === 'view' ? [] : viewOfSource(source).schema.columns;
}
