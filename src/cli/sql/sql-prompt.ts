// SPDX-License-Identifier: Apache-2.0
import { appendFile, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Row, SqlDialect } from '../../query/query-engine.js';
import { CommandError } from '../command-error.js';
import { plainText } from '../plain-text.js';
import { withPlace } from './error-place.js';
import { openResult } from './result-output.js';
import type { SqlFormat } from './row-writer.js';
import { Completion } from './sql-completion.js';
import type { SqlTarget } from './sql-target.js';

const historyLinesMax = 1_000;
/** Of the greeting; `\d` lists them all. */
const shownTablesMax = 10;

const help = `\\d, \\dt        tables            \\d NAME      columns of a table
\\x            rows as lists, or as a table again
\\o FILE       rows into a file   \\o           rows to the terminal again
\\f FORMAT     table, csv, json, jsonl
\\timing       tell times, or not any more
\\?            this                \\q           end
A statement may have several lines and ends with a semicolon; Ctrl-C cancels it.
`;

export interface PromptSettings {
  readonly dialect: SqlDialect;
  readonly format: SqlFormat;
  readonly timing: boolean;
}

/** The interactive prompt: statements over several lines, commands that begin with a backslash. */
export class SqlPrompt {
  readonly #target: SqlTarget;
  readonly #completion: Completion;
  readonly #historyPath = join(homedir(), '.cairn_sql_history');
  readonly #dialect: SqlDialect;
  #format: SqlFormat;
  #timing: boolean;
  #outputPath: string | undefined;
  #isExpanded = false;
  #statement = '';
  #running: AbortController | undefined;

  constructor(target: SqlTarget, { dialect, format, timing }: PromptSettings) {
    this.#target = target;
    this.#completion = new Completion(target.table);
    this.#dialect = dialect;
    this.#format = format;
    this.#timing = timing;
  }

  async run(): Promise<void> {
    // Before there is a reader of lines: a line that comes while nobody waits for it would be lost.
    const tables = await this.#tables();
    const lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      history: await this.#history(),
      historySize: historyLinesMax,
      completer: (line: string) => this.#completion.complete(line),
    });
    lines.on('SIGINT', () => this.#interrupt(lines));
    console.log(`Tables: ${tables.join(', ')}. \\? helps.`);
    this.#prompt(lines);
    for await (const line of lines) {
      if (await this.#take(line)) break;
      this.#prompt(lines);
    }
    lines.close();
  }

  /** Those that somebody has made are told and completed too; who may not list them has the history. */
  async #tables(): Promise<readonly string[]> {
    const tables = new Set([this.#target.table]);
    if (this.#target.hasCatalog && this.#dialect === 'athena') {
      const output = {
        onColumns: () => undefined,
        onRows: (rows: readonly Row[]) => {
          for (const [name] of rows) tables.add(name ?? '');
        },
      };
      await this.#target
        .run({ sql: 'SHOW TABLES', dialect: this.#dialect }, output, new AbortController().signal)
        .catch(() => undefined);
    }
    this.#completion.add([...tables]);
    const shown = [...tables].map(plainText);
    return shown.length > shownTablesMax ? [...shown.slice(0, shownTablesMax), '…'] : shown;
  }

  #prompt(lines: Interface): void {
    lines.setPrompt(this.#statement === '' ? 'cairn=> ' : 'cairn-> ');
    lines.prompt();
  }

  /** Ctrl-C: ends the statement that runs, or forgets the one that is being written. */
  #interrupt(lines: Interface): void {
    if (this.#running !== undefined) {
      this.#running.abort();
      return;
    }
    this.#statement = '';
    process.stdout.write('\n');
    // What stands before and behind the cursor.
    lines.write(null, { ctrl: true, name: 'u' });
    lines.write(null, { ctrl: true, name: 'k' });
    this.#prompt(lines);
  }

  /** True: it was the last line. */
  async #take(line: string): Promise<boolean> {
    if (this.#statement === '' && line.trim() === '') return false;
    if (isCommand(this.#statement, line)) return this.#command(line.trim());
    this.#statement += `${line}\n`;
    if (!isComplete(this.#statement)) return false;
    const sql = this.#statement.trim();
    this.#statement = '';
    await this.#remember(sql);
    await this.#answer(sql);
    return false;
  }

  async #command(line: string): Promise<boolean> {
    const [command = '', argument] = line.split(/\s+/, 2);
    switch (command) {
      case '\\q':
        return true;
      case '\\d':
        await this.#describe(argument);
        break;
      case '\\dt':
        await this.#describe(undefined);
        break;
      case '\\x':
        this.#isExpanded = !this.#isExpanded;
        console.log(`Expanded display is ${this.#isExpanded ? 'on' : 'off'}.`);
        break;
      // Nothing is ever paged; who is used to switch that off may.
      case '\\pset':
        break;
      case '\\timing':
        this.#timing = !this.#timing;
        console.log(`Timing is ${this.#timing ? 'on' : 'off'}.`);
        break;
      case '\\o':
        this.#outputPath = argument;
        break;
      case '\\f':
        if (argument === 'table' || argument === 'csv' || argument === 'json' || argument === 'jsonl')
          this.#format = argument;
        else console.log('table, csv, json or jsonl');
        break;
      case '\\?':
        process.stdout.write(help);
        break;
      default:
        console.log(`There is no command ${plainText(command)}.`);
        process.stdout.write(help);
    }
    return false;
  }

  /** By a query that has no rows: it works for every table, wherever it comes from. */
  async #describe(name: string | undefined): Promise<void> {
    const table = name?.replace(/;$/, '');
    if (table === undefined || table === '') {
      if (this.#target.hasCatalog && this.#dialect === 'athena') await this.#answer('SHOW TABLES');
      else console.log(this.#target.table);
      return;
    }
    const sql = `SELECT * FROM ${table} LIMIT 0`;
    await this.#guarded(sql, async (signal) => {
      const output = {
        onColumns: (columns: readonly { name: string; type: string }[]) => {
          this.#completion.add(columns.map(({ name }) => name));
          const width = Math.max(0, ...columns.map(({ name }) => name.length));
          for (const { name, type } of columns) console.log(`${name.padEnd(width)}  ${type}`);
        },
        onRows: () => undefined,
      };
      await this.#target.run({ sql, dialect: this.#dialect }, output, signal);
    });
  }

  async #answer(sql: string): Promise<void> {
    await this.#guarded(sql, async (signal) => {
      const startedMs = performance.now();
      const result = await openResult(this.#format, this.#outputPath, this.#isExpanded);
      try {
        const output = {
          nestedAsJson: result.nestedAsJson ?? false,
          onColumns: (columns: Parameters<typeof result.onColumns>[0]) => {
            this.#completion.add(columns.map(({ name }) => name));
            return result.onColumns(columns);
          },
          onRows: (rows: Parameters<typeof result.onRows>[0]) => result.onRows(rows),
        };
        await this.#target.run({ sql, dialect: this.#dialect }, output, signal);
        await result.end();
      } finally {
        await result.close();
      }
      if (this.#timing) console.log(`Time: ${(performance.now() - startedMs).toFixed(0)} ms`);
    });
  }

  /** What a statement fails with is told; the prompt stays. */
  async #guarded(sql: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#running = new AbortController();
    try {
      await work(this.#running.signal);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      console.log(withPlace(error.message, sql));
    } finally {
      this.#running = undefined;
    }
  }

  async #history(): Promise<string[]> {
    const text = await readFile(this.#historyPath, 'utf8').catch(() => '');
    return text.split('\n').filter(Boolean).slice(-historyLinesMax).reverse();
  }

  /** A file that cannot be written keeps nobody from asking. */
  async #remember(sql: string): Promise<void> {
    const line = sql.replace(/\s+/g, ' ');
    await appendFile(this.#historyPath, `${line}\n`, { mode: 0o600 }).catch(() => undefined);
  }
}

/** A semicolon at the end, outside of quotes and comments. */
export function isComplete(text: string): boolean {
  const bare = withoutQuotes(text);
  return /;\s*$/.test(bare) && !isOpen(bare);
}

/** A line that begins with a backslash, also amid a statement, which stays; not within a quote or a comment. */
export function isCommand(statement: string, line: string): boolean {
  return line.trimStart().startsWith('\\') && !isOpen(withoutQuotes(statement));
}

function withoutQuotes(text: string): string {
  return text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
}

function isOpen(bare: string): boolean {
  return /['"]|\/\*/.test(bare);
}
