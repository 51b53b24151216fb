// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import type { FasterColumn } from '../views/table-view.js';
import type { Identifier } from './ast.js';
import type { ScopeColumn, ScopeRelation } from './scope.js';
import { quoteName, type TrinoType } from './trino-type.js';

export interface OutputColumn {
  readonly name: string | undefined;
  readonly type: TrinoType;
  /** Of a query in FROM: faster ways to what the column says, among its columns behind c1, c2, …. */
  readonly faster?: FasterColumn;
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
  return columns.map(({ name, ...column }, index) => ({ name: names[index]?.name ?? name, ...column }));
}

/** A relation of c1, c2, … as the scope around sees it. */
export function relationOver(
  relation: string,
  columns: readonly OutputColumn[],
  alias: string | undefined,
): ScopeRelation {
  const shown = columns.map(
    (column, index): ScopeColumn => ({
      ...column,
      relation,
      sql: `${quoteName(relation)}.${quoteName(`c${index + 1}`)}`,
    }),
  );
  return alias === undefined ? { columns: shown } : { alias: alias.toLowerCase(), columns: shown };
}
