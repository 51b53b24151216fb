// SPDX-License-Identifier: Apache-2.0
import type { CheckedStatement, QueryLimits, QueryStatistics, Row, SqlDialect } from '../query-engine.js';
import type { QueryErrorCode } from '../query-error.js';
import { isTableCondition, type WantedTable } from '../table-condition.js';
import type { TableColumn, TableSource } from '../table-source.js';
import { placesAtOnceMax } from './engine-limits.js';
import { FrameError, toFrame, toFrameOfBytes } from './frames.js';

/** What the server tells a process. */
export type ParentMessage =
  | {
      readonly type: 'run';
      readonly sql: string;
      readonly dialect: SqlDialect;
      readonly parameters: readonly string[];
      readonly limits: QueryLimits;
      readonly nowMs: number;
      readonly threads: number;
      /** Tables of so many rows are asked for places first, where that is possible and takes less time; 0: all, whatever it takes. */
      readonly lateFromRows: number;
      readonly nestedAsJson: boolean;
      /** Rows come packed, not as they are. */
      readonly packing?: { readonly csv: boolean };
    }
  | { readonly type: 'check'; readonly sql: string; readonly dialect: SqlDialect }
  /** Answers `resolve`, in its order. */
  | { readonly type: 'tables'; readonly tables: readonly TableSource[] }
  /** Answers `records`, in its order: the bytes, one record behind the other, and how long each is; 0 for one that cannot be had. */
  | {
      readonly type: 'records';
      readonly lengths: readonly number[];
      readonly bytes: readonly Uint8Array[];
    }
  /** Answers `rows` and `packed`: they have been taken. */
  | { readonly type: 'more' }
  /** Answers anything: the statement is over, clean up. */
  | { readonly type: 'end' };

/** What a process tells the server. Each is answered (`resolve`, `records`, `rows`, `packed`), or ends the statement, or neither (`columns`). */
export type ChildMessage =
  /** It can take statements. Sent once. */
  | { readonly type: 'ready' }
  | { readonly type: 'resolve'; readonly names: readonly WantedTable[] }
  /** Records of tables that are `byPlace`. */
  | { readonly type: 'records'; readonly places: readonly string[] }
  | { readonly type: 'columns'; readonly columns: readonly TableColumn[] }
  | { readonly type: 'rows'; readonly rows: readonly Row[] }
  /** Rows as `PackedRows`: its bytes are `packed` and, for as long as there is not too much of it, `csv`. */
  | {
      readonly type: 'packed';
      readonly count: number;
      readonly csvBytes?: number;
      readonly bytes: readonly Buffer[];
    }
  /** Answers `check`; also `run` of a statement that is no query: the rest is not this process's. */
  | { readonly type: 'checked'; readonly checked: CheckedStatement }
  | { readonly type: 'done'; readonly statistics: QueryStatistics }
  | {
      readonly type: 'failed';
      readonly code: QueryErrorCode;
      readonly message: string;
      /** The process ends now. */
      readonly isUnclean?: boolean;
      /** For the operator's log. */
      readonly detail?: string;
    };

/** On the wire. */
export function frameOf(message: ParentMessage | ChildMessage): Buffer {
  if (!('bytes' in message)) return toFrame(message);
  const { bytes, ...rest } = message;
  return toFrameOfBytes(rest, bytes);
}

/**
 * A message of a process that has run a stranger's statement: its form is checked, its content bounded by the frame.
 * @throws FrameError
 */
export function toChildMessage(value: unknown): ChildMessage {
  const message = value as Record<string, unknown> | null;
  const isMessage =
    typeof message === 'object' && message !== null && forms.get(message.type)?.(message) === true;
  if (!isMessage) throw new FrameError('a message of no known form');
  return message as ChildMessage;
}

const forms: ReadonlyMap<unknown, (message: Record<string, unknown>) => boolean> = new Map(
  Object.entries<(message: Record<string, unknown>) => boolean>({
    ready: () => true,
    resolve: ({ names }) => isArrayOf(names, isWantedTable),
    records: ({ places }) => isArrayOf(places, isPlace) && (places as unknown[]).length <= placesAtOnceMax,
    columns: ({ columns }) => isArrayOf(columns, isColumn),
    rows: ({ rows }) => isArrayOf(rows, (row) => isArrayOf(row, isCell)),
    packed: ({ count, csvBytes, bytes }) =>
      isWhole(count) &&
      (csvBytes === undefined || isWhole(csvBytes)) &&
      isArrayOf(bytes, (each) => each instanceof Uint8Array) &&
      [1, 2].includes((bytes as unknown[]).length),
    checked: ({ checked }) => isObject(checked) && isArrayOf(checked.tables, isTableName),
    done: ({ statistics }) =>
      isObject(statistics) && statisticNames.every((name) => isCount(statistics[name])),
    failed: ({ code, message }) => errorCodes.has(code) && isText(message),
  }),
);

const statisticNames = ['planningMs', 'executionMs', 'bytesScanned', 'rowsScanned', 'rowsReturned'] as const;

const errorCodes: ReadonlySet<unknown> = new Set<QueryErrorCode>([
  'SYNTAX_ERROR',
  'TABLE_NOT_FOUND',
  'ACCESS_DENIED',
  'NOT_SUPPORTED',
  'INVALID_VALUE',
  'EXCEEDED_LIMIT',
  'INTERNAL',
]);

function isArrayOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCell(value: unknown): boolean {
  return value === null || isText(value);
}

function isPlace(value: unknown): boolean {
  return isText(value) && /^\d{1,20}$/.test(value);
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

function isTableName(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value.table) &&
    [value.catalog, value.schema].every((part) => part === undefined || isText(part))
  );
}

function isWantedTable(value: unknown): boolean {
  if (!isObject(value) || !isTableName(value)) return false;
  const { where, hidden, schemaOnly } = value;
  return (
    (where === undefined || isTableCondition(where)) &&
    (hidden === undefined || isArrayOf(hidden, isText)) &&
    (schemaOnly === undefined || typeof schemaOnly === 'boolean')
  );
}

function isColumn(value: unknown): boolean {
  return isObject(value) && isText(value.name) && isText(value.type);
}
