// SPDX-License-Identifier: Apache-2.0
import { statSync } from 'node:fs';
import type { DuckDBResult } from '@duckdb/node-api';
import type { CheckedStatement, QueryLimits, QueryStatistics, Row } from '../../query-engine.js';
import { QueryError } from '../../query-error.js';
import type { WantedTable } from '../../table-condition.js';
import type { TableColumn, TableFile, TableSource } from '../../table-source.js';
import { batchBytesMax, batchRowsMax, packedBatchBytesMax, rowBytesMax } from '../engine-limits.js';
import type { ParentMessage } from '../engine-protocol.js';
import { bytesRead } from './bytes-read.js';
import { checkFinalTree } from './check-final-tree.js';
import { jsonCellPrinter } from './json-cell.js';
import { lateQuery, showLateRows } from './late-rows.js';
import { cellPrinter } from './print-cell.js';
import type { Session } from './session.js';
import { tablesOfStatement } from './statement-conditions.js';
import { TableDataError } from './statement-failure.js';
import type { StatementLanguage } from './statement-language.js';
import { RelationMaker, type StatementTable, TableFinder } from './statement-tables.js';

/** What a statement asks of the server while it runs. */
export interface StatementTalk {
  resolve(names: readonly WantedTable[]): Promise<readonly TableSource[]>;
  /** Records by their places; null for one that cannot be had. */
  records(places: readonly string[]): Promise<readonly (string | null)[]>;
  columns(columns: readonly TableColumn[]): Promise<void>;
  /** Resolves when they have been taken. */
  rows(rows: readonly Row[]): Promise<void>;
}

export type RunMessage = Extract<ParentMessage, { type: 'run' }>;

/**
 * Runs a query that has been read. Rejects with QueryError, or with what DuckDB says.
 * @param openSession whoever makes it closes it, when the answer is out: that takes 10 ms
 */
export async function runStatement(
  parsed: CheckedStatement,
  message: RunMessage,
  language: StatementLanguage,
  talk: StatementTalk,
  openSession: () => Promise<Session>,
  onTables?: (tables: ReadonlyMap<string, StatementTable>) => void,
): Promise<QueryStatistics> {
  const startedAt = performance.now();
  const { dialect, limits, nowMs, parameters, threads } = message;
  const finder = new TableFinder(
    language,
    dialect,
    talk.resolve,
    tablesOfStatement(language, message, openSession),
  );
  const tables = await finder.findAll(parsed);
  onTables?.(tables);
  const files = filesOf(finder.found);
  const paths = Array.from(new Set(files.map(({ path }) => path)));
  const { memoryBytesMax } = limits;
  const session = await openSession();
  try {
    await session.restrict({ memoryBytesMax, threads, paths, keys: keysOf(files) });
    const check = async (sql: string, relations: readonly string[]) => {
      const tree = await session.serialized(sql);
      checkFinalTree(tree, { relations: new Set(relations), functions: language.functions });
      return tree;
    };
    const maker = new RelationMaker(
      language,
      { dialect, nowMs, parameters },
      {
        run: (sql) => session.run(sql).catch(asTableData),
        check: async (view, relations) => {
          await check(view, relations);
        },
      },
    );
    const lookUp = await maker.make(tables);
    const { sql, columns } = language.translate(parsed, lookUp, { dialect, nowMs, parameters });
    const tree = await check(sql, maker.relations);
    const rowsScanned = await rowsOf(files, session).catch(asTableData);
    const tableRows = message.lateFromRows === 0 ? Number.POSITIVE_INFINITY : rowsScanned;
    const late = rowsScanned < message.lateFromRows ? undefined : lateQuery(tree, maker.late, tableRows);
    if (late?.isAll) await session.readAtOnce();
    await session.lock(sql);
    const plannedAt = performance.now();
    const readBefore = bytesRead();
    if (late !== undefined) await showLateRows(session, late, talk.records);
    const result = await session.stream(sql).catch((error) => withoutPaths(error, paths));
    if (result.columnCount !== columns.length)
      throw new Error('a translation with other columns than its SQL');
    await talk.columns(columns);
    const printer = message.nestedAsJson ? jsonCellPrinter : cellPrinter;
    const bytesMax = message.packing === undefined ? batchBytesMax : packedBatchBytesMax;
    const batch = new Batch(talk, bytesMax);
    const rowsReturned = await sendRows(result, columns, limits, printer, batch).catch((error) =>
      withoutPaths(error, paths),
    );
    return {
      planningMs: Math.round(plannedAt - startedAt),
      executionMs: Math.round(performance.now() - plannedAt),
      bytesScanned: bytesScanned(paths, readBefore),
      rowsScanned,
      rowsReturned,
    };
  } catch (error) {
    throw isOfObjects(finder.found) && isDamage(error) ? badObjects(error) : error;
  }
}

/** A file that is gone, or that the disk does not give, is the server's own matter. */
function isDamage(error: unknown): boolean {
  return error instanceof TableDataError && !/^(?:IO|Permission) Error/.test(error.message);
}

/** All files are objects that somebody has put into a bucket, or made of them. */
function isOfObjects(tables: readonly StatementTable[]): boolean {
  return tables.every(({ source }) => source.kind !== 'segments');
}

/** What somebody put into his bucket is no fault of the server's. */
function badObjects(cause: unknown): QueryError {
  return new QueryError(
    'INVALID_VALUE',
    'HIVE_BAD_DATA: An object of a table is not in the format of the table, or is damaged',
    { cause },
  );
}

function asTableData(error: unknown): never {
  const { message } = error as Error;
  throw /^Out of Memory Error/.test(message) ? error : new TableDataError(message, { cause: error });
}

/** What DuckDB 1.5.5 says of bytes that are not those that were written, where it does not name the file. */
const damagedBytes =
  /^Invalid (?:Input )?Error: (?:TProtocolException|TTransportException|Out of buffer|Payload value bigger than allowed|Computed AES tag differs)/;

/** What names a file is about the file: the statement cannot. */
function withoutPaths(error: unknown, paths: readonly string[]): never {
  const { message } = error as Error;
  const isOfFiles = damagedBytes.test(message) || paths.some((path) => message.includes(path));
  return isOfFiles ? asTableData(error) : raise(error);
}

function raise(error: unknown): never {
  throw error;
}

/** The keys of encrypted files, by path. */
export function keysOf(files: readonly TableFile[]): ReadonlyMap<string, string> {
  return new Map(files.flatMap(({ path, key }) => (key === undefined ? [] : [[path, key] as const])));
}

async function rowsOf(files: readonly TableFile[], session: Session): Promise<number> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const uncounted = Array.from(byPath.values()).filter(({ rows }) => rows === undefined);
  const known = Array.from(byPath.values(), ({ rows = 0 }) => rows).reduce((sum, rows) => sum + rows, 0);
  return known + (await session.rowsOf(uncounted.map(({ path }) => path)));
}

export function filesOf(tables: readonly StatementTable[]): readonly TableFile[] {
  return tables.flatMap(({ source }) =>
    source.kind === 'segments' || source.kind === 'files' ? source.files : [],
  );
}

/** What the query has read of its files: columns and row groups that it had no use for do not count. */
function bytesScanned(paths: readonly string[], readBefore: number | undefined): number {
  const size = paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  const read = bytesRead();
  if (read === undefined || readBefore === undefined) return size;
  return Math.min(read - readBefore, size);
}

async function sendRows(
  result: DuckDBResult,
  columns: readonly TableColumn[],
  { rowsMax, resultBytesMax }: QueryLimits,
  printer: typeof cellPrinter,
  batch: Batch,
): Promise<number> {
  const printers = result.columnTypes().map((type, index) => printer(type, columns[index]?.type ?? ''));
  let [rowCount, byteCount] = [0, 0];
  for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
    if (chunk.rowCount === 0) break;
    const vectors = printers.map((_, index) => chunk.getColumnVector(index));
    for (let index = 0; index < chunk.rowCount; index += 1) {
      const row = printers.map((print, column) => print(vectors[column]!.getItem(index)));
      const rowBytes = row.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
      if (rowBytes > rowBytesMax)
        throw new QueryError('EXCEEDED_LIMIT', `A row of the result is larger than ${rowBytesMax} bytes.`);
      rowCount += 1;
      byteCount += rowBytes;
      if (rowCount > rowsMax)
        throw new QueryError('EXCEEDED_LIMIT', `The result has more than ${rowsMax} rows.`);
      if (byteCount > resultBytesMax)
        throw new QueryError('EXCEEDED_LIMIT', `The result is larger than ${resultBytesMax} bytes.`);
      await batch.add(row, rowBytes);
    }
  }
  await batch.flush();
  return rowCount;
}

class Batch {
  readonly #talk: StatementTalk;
  readonly #bytesMax: number;
  #rows: Row[] = [];
  #bytes = 0;

  constructor(talk: StatementTalk, bytesMax: number) {
    this.#talk = talk;
    this.#bytesMax = bytesMax;
  }

  add(row: Row, bytes: number): Promise<void> | undefined {
    this.#rows.push(row);
    this.#bytes += bytes;
    return this.#rows.length >= batchRowsMax || this.#bytes >= this.#bytesMax ? this.flush() : undefined;
  }

  async flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    this.#bytes = 0;
    if (rows.length > 0) await this.#talk.rows(rows);
  }
}
