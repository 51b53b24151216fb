// SPDX-License-Identifier: Apache-2.0
import type { Row, SqlDialect } from '../../query/query-engine.js';
import type { TableColumn } from '../../query/table-source.js';
import { CommandError } from '../command-error.js';
import { plainText } from '../plain-text.js';
import { withPlace } from './error-place.js';
import { openResult } from './result-output.js';
import type { SqlFormat } from './row-writer.js';
import type { SqlOutput, SqlTarget } from './sql-target.js';
import { StatementSplitter } from './statement-splitter.js';

const help = `\\d, \\dt        tables            \\d NAME      columns of a table
\\x            rows as lists, or as a table again
\\o FILE       rows into a file   \\o           rows to the terminal again
\\g FILE       in place of the semicolon: rows of this statement into a file; \\g alone as a semicolon
\\f FORMAT     table, csv, json, jsonl
\\timing       tell times, or not any more
\\?            this                \\q           end
A statement may have several lines and ends with a semicolon; Ctrl-C cancels it.
`;

const storesAreNamed =
  'Event data stores are named by their id or ARN: aws cloudtrail list-event-data-stores';

export interface SessionSettings {
  readonly dialect: SqlDialect;
  readonly format: SqlFormat;
  readonly timing: boolean;
  /** Undefined: rows go to standard output. */
  readonly output: string | undefined;
  /** What is said about the session: never among the rows of a script. */
  readonly onNote: (text: string) => void;
}

export interface SessionListener {
  onNames?(names: readonly string[]): void;
  onStatement?(sql: string): Promise<void>;
}

/** What lines mean, at the prompt and in a script: statements over several lines, commands that begin with a backslash. */
export class SqlSession {
  readonly #target: SqlTarget;
  readonly #dialect: SqlDialect;
  readonly #onNote: (text: string) => void;
  readonly #listener: SessionListener;
  readonly #statement = new StatementSplitter();
  #format: SqlFormat;
  #timing: boolean;
  #outputPath: string | undefined;
  /** There are rows in the file already. */
  #hasOutput = false;
  #isExpanded = false;

  constructor(target: SqlTarget, settings: SessionSettings, listener: SessionListener = {}) {
    this.#target = target;
    this.#dialect = settings.dialect;
    this.#onNote = settings.onNote;
    this.#listener = listener;
    this.#format = settings.format;
    this.#timing = settings.timing;
    this.#outputPath = settings.output;
  }

  get isAmidStatement(): boolean {
    return !this.#statement.isEmpty;
  }

  /** Forgets the statement that is being written. */
  forget(): void {
    this.#statement.clear();
  }

  /**
   * Runs the statements that end in a line, or the command that it is.
   * @returns false: it was the last line
   * @throws CommandError
   */
  async take(line: string, signal: AbortSignal): Promise<boolean> {
    // A command may stand amid a statement, which stays.
    if (line.trimStart().startsWith('\\') && !this.#statement.isInside)
      return this.#command(line.trim(), signal);
    const [before, path] = splitAtGo(line);
    if (path !== undefined && !this.#statement.endsInside(before)) {
      for (const sql of this.#statement.take(before)) await this.#run(sql, signal);
      await this.#go(path, signal);
      return true;
    }
    for (const sql of this.#statement.take(line)) await this.#run(sql, signal);
    return true;
  }

  /** The statement so far, with its rows into a file of their own. */
  async #go(path: string, signal: AbortSignal): Promise<void> {
    const sql = this.#statement.rest();
    if (sql === undefined) throw new CommandError('\\g stands behind a statement: SELECT … \\g FILE');
    const [usual, hasOutput] = [this.#outputPath, this.#hasOutput];
    if (path !== '') [this.#outputPath, this.#hasOutput] = [path, false];
    try {
      await this.#run(sql, signal);
    } finally {
      if (path !== '') [this.#outputPath, this.#hasOutput] = [usual, hasOutput];
    }
  }

  /** Runs the last statement, which needs no semicolon. */
  async end(signal: AbortSignal): Promise<void> {
    const sql = this.#statement.rest();
    if (sql !== undefined) await this.#run(sql, signal);
  }

  /** The history, and what somebody has made; who may not list those has the history. In Lake's dialect none has a name. */
  async tables(signal: AbortSignal): Promise<readonly string[]> {
    if (this.#dialect === 'lake') return [];
    const tables = new Set([this.#target.table]);
    if (this.#hasCatalog) {
      const onRows = (rows: readonly Row[]) => {
        for (const [name] of rows) tables.add(name ?? '');
      };
      const output = { onColumns: () => undefined, onRows };
      await this.#target
        .run({ sql: 'SHOW TABLES', dialect: this.#dialect }, output, signal)
        .catch(() => undefined);
    }
    return [...tables];
  }

  get #hasCatalog(): boolean {
    return this.#target.hasCatalog && this.#dialect === 'athena';
  }

  async #command(line: string, signal: AbortSignal): Promise<boolean> {
    const [, command = '', argument = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
    switch (command) {
      case '\\q':
        return false;
      case '\\d':
        await this.#describe(argument.replace(/;$/, ''), signal);
        break;
      case '\\dt':
        await this.#describe('', signal);
        break;
      case '\\x':
        this.#isExpanded = switched(this.#isExpanded, argument);
        this.#onNote(`Expanded display is ${this.#isExpanded ? 'on' : 'off'}.`);
        break;
      // Nothing is ever paged; who is used to switch that off may.
      case '\\pset':
        break;
      case '\\timing':
        this.#timing = switched(this.#timing, argument);
        this.#onNote(`Timing is ${this.#timing ? 'on' : 'off'}.`);
        break;
      case '\\o':
        this.#outputPath = argument === '' ? undefined : argument;
        this.#hasOutput = false;
        break;
      case '\\g':
        await this.#go(argument, signal);
        break;
      case '\\f':
        this.#format = formatOf(argument);
        break;
      case '\\?':
        this.#onNote(help.trimEnd());
        break;
      default:
        throw new CommandError(`There is no command ${plainText(command)}; \\? tells those that there are.`);
    }
    return true;
  }

  /** By a query that has no rows: it works for every table, wherever it comes from. */
  async #describe(table: string, signal: AbortSignal): Promise<void> {
    if (table === '') {
      if (this.#hasCatalog) await this.#answer('SHOW TABLES', signal);
      else if (this.#dialect === 'athena') console.log(this.#target.table);
      else this.#onNote(storesAreNamed);
      return;
    }
    const onColumns = (columns: readonly TableColumn[]) => {
      this.#showNames(columns);
      const shown = columns.map(({ name, type }) => [plainText(name), plainText(type)] as const);
      const width = Math.max(0, ...shown.map(([name]) => name.length));
      for (const [name, type] of shown) console.log(`${name.padEnd(width)}  ${type}`);
    };
    await this.#ask(`SELECT * FROM ${table} LIMIT 0`, { onColumns, onRows: () => undefined }, signal);
  }

  async #run(sql: string, signal: AbortSignal): Promise<void> {
    await this.#listener.onStatement?.(sql);
    await this.#answer(sql, signal);
  }

  async #answer(sql: string, signal: AbortSignal): Promise<void> {
    const startedMs = performance.now();
    const result = await openResult(this.#format, this.#outputPath, {
      expanded: this.#isExpanded,
      append: this.#hasOutput,
    });
    this.#hasOutput = this.#outputPath !== undefined;
    try {
      const output: SqlOutput = {
        nestedAsJson: result.nestedAsJson ?? false,
        onColumns: (columns) => {
          this.#showNames(columns);
          return result.onColumns(columns);
        },
        onRows: (rows) => result.onRows(rows),
      };
      const { rowsScanned } = await this.#ask(sql, output, signal);
      await result.end();
      if (this.#timing)
        this.#onNote(`${Math.round(performance.now() - startedMs)} ms, ${rowsScanned} rows read`);
    } finally {
      await result.close();
    }
  }

  #showNames(columns: readonly TableColumn[]): void {
    this.#listener.onNames?.(columns.map(({ name }) => name));
  }

  /** A complaint about the statement comes with the place that it is about. */
  async #ask(sql: string, output: SqlOutput, signal: AbortSignal) {
    try {
      return await this.#target.run({ sql, dialect: this.#dialect }, output, signal);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new CommandError(withPlace(error.message, sql), error.exitCode, { cause: error });
    }
  }
}

/** `SELECT 1 \g out.csv` in two; the second is undefined where there is no `\g`, and empty where no name follows it. */
function splitAtGo(line: string): readonly [before: string, path: string | undefined] {
  const at = line.lastIndexOf('\\g');
  const path = line.slice(at + 2);
  return at < 0 || /^\S/.test(path) ? [line, undefined] : [line.slice(0, at), path.trim()];
}

/** As psql has it: `\timing` turns it round, `\timing on` says which. */
function switched(isOn: boolean, argument: string): boolean {
  return argument === 'on' || (argument !== 'off' && !isOn);
}

function formatOf(name: string): SqlFormat {
  if (name === 'table' || name === 'csv' || name === 'json' || name === 'jsonl') return name;
  throw new CommandError('\\f takes table, csv, json or jsonl');
}
