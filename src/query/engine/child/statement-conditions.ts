// SPDX-License-Identifier: Apache-2.0
import type { CheckedStatement } from '../../query-engine.js';
import type { TableCondition, WantedTable } from '../../table-condition.js';
import type { ParentMessage } from '../engine-protocol.js';
import { checkFinalTree } from './check-final-tree.js';
import { cellPrinter } from './print-cell.js';
import type { Session } from './session.js';
import type { StatementLanguage } from './statement-language.js';
import type { TablesOf } from './statement-tables.js';

type RunMessage = Extract<ParentMessage, { type: 'run' }>;

/** Bytes for the constants of a statement: they are dates and names. */
const memoryBytesMax = 64 * 1024 * 1024;

/** The tables of a statement and of its views, with what is said of them: constants are computed where conditions need them. */
export function tablesOfStatement(
  language: StatementLanguage,
  message: RunMessage,
  openSession: () => Promise<Session>,
): TablesOf {
  return async (parsed: CheckedStatement, where?: TableCondition): Promise<readonly WantedTable[]> => {
    if (language.conditionsOf === undefined) return parsed.tables;
    // A view has no parameters.
    const options = where === undefined ? { parameters: message.parameters } : { where };
    const { constants, tables } = language.conditionsOf(parsed, options);
    if (constants === undefined) return tables();
    return tables(await valuesOf(constants, language, message, openSession));
  };
}

async function valuesOf(
  constants: CheckedStatement,
  language: StatementLanguage,
  { dialect, nowMs }: RunMessage,
  openSession: () => Promise<Session>,
): Promise<readonly { readonly type: string; readonly text: string | null }[]> {
  const session = await openSession();
  try {
    await session.restrict({ memoryBytesMax, threads: 1, paths: [] });
    const noTable = () => {
      throw new Error('constants have no tables');
    };
    const { sql, columns } = language.translate(constants, noTable, { dialect, nowMs });
    checkFinalTree(await session.serialized(sql), { relations: new Set(), functions: language.functions });
    await session.lock(sql);
    const result = await session.stream(sql);
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount !== 1) return [];
    return result.columnTypes().map((type, at) => {
      const column = columns[at]?.type ?? '';
      return { type: column, text: cellPrinter(type, column)(chunk.getColumnVector(at).getItem(0)) };
    });
  } catch {
    // The statement has the same expressions: when it is translated and run, it is told what is wrong with them.
    return [];
  } finally {
    session.close();
  }
}
