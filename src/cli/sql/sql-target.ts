// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRegion } from '../../identity/regions.js';
import type { QueryStatistics, Row, SqlDialect } from '../../query/query-engine.js';
import { QueryError } from '../../query/query-error.js';
import type { TableColumn } from '../../query/table-source.js';
import { readSettings } from '../../settings.js';
import type { CairnClient } from '../cairn-client.js';
import { CommandError } from '../command-error.js';
import { answeringServer } from '../history-target.js';
import { importFiles } from '../import-files.js';
import { logFilesOnDisk } from '../log-files-on-disk.js';
import { plainText } from '../plain-text.js';
import { parseS3Address } from '../s3-address.js';
import { ApiError } from '../signed-requests.js';
import { stderrLog } from '../stderr-log.js';

export interface SqlQuestion {
  readonly sql: string;
  readonly dialect: SqlDialect;
}

export interface SqlOutput {
  /** Wants arrays, maps and rows as JSON documents. */
  readonly nestedAsJson?: boolean;
  onColumns(columns: readonly TableColumn[]): void | Promise<void>;
  onRows(rows: readonly Row[]): void | Promise<void>;
}

/** What answers statements: a server, or a data directory that nobody serves. */
export interface SqlTarget {
  /** What the history is called in it. */
  readonly table: string;
  /** There may be tables that somebody has made. */
  readonly hasCatalog: boolean;
  /** Rejects with CommandError. */
  run(question: SqlQuestion, output: SqlOutput, signal: AbortSignal): Promise<QueryStatistics>;
  close(): Promise<void>;
}

/** The running server if there is one, else the data directory itself. */
export async function openSqlTarget(dataDir: string): Promise<SqlTarget> {
  const client = await answeringServer(dataDir);
  return client === undefined ? openDirectory(dataDir, 'cairn_history') : new ServerSql(client);
}

class ServerSql implements SqlTarget {
  readonly table = 'cairn_history';
  readonly hasCatalog = true;
  readonly #client: CairnClient;

  constructor(client: CairnClient) {
    this.#client = client;
  }

  async run(question: SqlQuestion, output: SqlOutput, signal: AbortSignal): Promise<QueryStatistics> {
    try {
      const nested = output.nestedAsJson ? 'json' : 'text';
      return await readAnswer(await this.#client.sql({ ...question, nested }, signal), output);
    } catch (error) {
      if (signal.aborted) throw cancelled(error);
      throw error instanceof ApiError
        ? new CommandError(plainText(error.message), 1, { cause: error })
        : error;
    }
  }

  close(): Promise<void> {
    this.#client.close();
    return Promise.resolve();
  }
}

interface AnswerLine {
  readonly columns?: readonly TableColumn[];
  readonly rows?: readonly Row[];
  readonly statistics?: QueryStatistics;
  readonly error?: { readonly code: string; readonly message: string };
}

async function readAnswer(answer: IncomingMessage, output: SqlOutput): Promise<QueryStatistics> {
  let end: QueryStatistics | undefined;
  for await (const line of linesOf(answer)) {
    const { columns, rows, statistics, error } = JSON.parse(line) as AnswerLine;
    if (columns !== undefined) await output.onColumns(columns);
    else if (rows !== undefined) await output.onRows(rows);
    else if (error !== undefined) throw new CommandError(plainText(error.message));
    else end = statistics;
  }
  if (end === undefined) throw new CommandError('the answer of the server ended too early');
  return end;
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function cancelled(cause: unknown): CommandError {
  return new CommandError('cancelled', 130, { cause });
}

async function openDirectory(
  dataDir: string,
  table: string,
  historyDays?: string,
): Promise<SqlTarget & { readonly local: Local }> {
  // Loaded only here: a command that talks to a server need not load databases.
  const { openOfflineSql } = await import('../../composition-sql.js');
  const variables = historyDays === undefined ? process.env : { CAIRN_HISTORY_DAYS: historyDays };
  const settings = readSettings({ dataDir }, variables, isRegion);
  const offline = await openOfflineSql(settings, stderrLog, table);
  return {
    table,
    hasCatalog: false,
    local: offline.local,
    close: () => offline.close(),
    run: (question, output, signal) =>
      offline.run(question, output, signal).catch((error: unknown) => {
        if (signal.aborted) throw cancelled(error);
        throw error instanceof QueryError ? new CommandError(error.message, 1, { cause: error }) : error;
      }),
  };
}

type Local = Awaited<ReturnType<typeof import('../../composition-sql.js')['openOfflineSql']>>['local'];

/** Log files that were never imported: they go into a data directory of their own, which goes with the command. */
export async function openLogFiles(from: string, onNote: (text: string) => void): Promise<SqlTarget> {
  const sources = await sourcesOf(from);
  if (sources.length === 0) throw new CommandError(`there are no log files in ${from}`);
  const dir = await mkdtemp(join(tmpdir(), 'cairn-sql-'));
  const forget = removeAtExit(dir);
  const remove = () => rm(dir, { recursive: true, force: true }).then(forget);
  const loading = new AbortController();
  const stop = () => loading.abort();
  process.once('SIGINT', stop);
  let target: Awaited<ReturnType<typeof openDirectory>> | undefined;
  const close = async (): Promise<void> => {
    try {
      await target?.close();
    } finally {
      await remove();
    }
  };
  try {
    target = await openDirectory(join(dir, 'data'), 'logs', '3650');
    const { importer, indexer, root } = target.local;
    const { position, counts } = await importFiles({
      sources,
      signal: loading.signal,
      importFile: (source, bytes) => importer.importFile(source, bytes, root.accountId),
      onProgress: () => undefined,
      onBad: (source, reason) => onNote(plainText(`bad: ${source}: ${reason}`)),
      isFatal: (error) => error instanceof CommandError,
    });
    if (loading.signal.aborted) throw cancelled(undefined);
    if (counts.badFiles === sources.length)
      throw new CommandError(`no file of ${from} can be read as a CloudTrail log file`);
    if (position !== undefined) await indexer.caughtUpTo(position);
    return { ...target, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    process.off('SIGINT', stop);
  }
}

/** Also where nobody comes to close anything: a reader of our output who leaves (`| head`), a terminal that is shut. */
function removeAtExit(dir: string): () => void {
  const remove = () => rmSync(dir, { recursive: true, force: true });
  const leave = (signal: NodeJS.Signals) => process.exit(signal === 'SIGTERM' ? 143 : 129);
  process.once('exit', remove).once('SIGTERM', leave).once('SIGHUP', leave);
  return () => process.off('exit', remove).off('SIGTERM', leave).off('SIGHUP', leave);
}

async function sourcesOf(from: string) {
  const address = parseS3Address(from);
  if (address === undefined) return logFilesOnDisk(from);
  const { logFilesInS3, s3ClientFromEnvironment } = await import('../log-files-in-s3.js');
  return logFilesInS3(s3ClientFromEnvironment(process.env), address);
}
