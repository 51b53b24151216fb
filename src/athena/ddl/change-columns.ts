// SPDX-License-Identifier: Apache-2.0
import type { DdlStatement, HiveColumn } from '../../query/dialect/ddl-statement.js';
import type { TableDocument } from '../catalog/catalog-documents.js';
import { checkedColumns } from './create-table.js';
import { taskFailed } from './hive-error.js';
import { lazySimpleSerde, parquetSerde } from './table-storage.js';

type ColumnStatement = Extract<DdlStatement, { kind: 'addColumns' | 'replaceColumns' | 'changeColumn' }>;

/** Whose files Hive reads by columns that may all be others tomorrow. */
const replaceable: ReadonlySet<string> = new Set([lazySimpleSerde, parquetSerde]);

/**
 * The table as it is with other columns; the files stay as they are. Throws QueryError.
 * Source: Athena User Guide, "ALTER TABLE ADD COLUMNS", "ALTER TABLE REPLACE COLUMNS", "ALTER TABLE CHANGE COLUMN".
 */
export function withOtherColumns(table: TableDocument, statement: ColumnStatement): TableDocument {
  switch (statement.kind) {
    case 'addColumns':
      return { ...table, columns: [...table.columns, ...checkedColumns(statement.columns)] };
    case 'replaceColumns':
      if (!replaceable.has(table.storage?.serde ?? ''))
        throw taskFailed(
          `Replace columns is not supported for table ${table.database}.${table.name}. SerDe may be incompatible.`,
        );
      return { ...table, columns: checkedColumns(statement.columns) };
    case 'changeColumn':
      return { ...table, columns: changed(table.columns, statement) };
  }
}

function changed(
  columns: readonly HiveColumn[],
  { from, column, place }: Extract<ColumnStatement, { kind: 'changeColumn' }>,
): HiveColumn[] {
  const old = columns.find(({ name }) => name === from);
  if (old === undefined) throw taskFailed(`Invalid column reference ${from}`);
  const kept = old.comment === undefined ? {} : { comment: old.comment };
  const next = checkedColumns([{ ...kept, ...column }]);
  if (place === undefined) return columns.flatMap((each) => (each === old ? next : [each]));
  const others = columns.filter((each) => each !== old);
  if (place === 'first') return [...next, ...others];
  const at = others.findIndex(({ name }) => name === place.after);
  if (at < 0) throw taskFailed(`Invalid column reference ${place.after}`);
  return others.toSpliced(at + 1, 0, ...next);
}
