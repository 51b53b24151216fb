// SPDX-License-Identifier: Apache-2.0
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { CommandError } from '../command-error.js';
import { plainText } from '../plain-text.js';
import { Completion } from './sql-completion.js';
import { type SessionSettings, SqlSession } from './sql-session.js';
import type { SqlTarget } from './sql-target.js';

const historyLinesMax = 1_000;
/** Of the greeting; `\d` lists them all. */
const shownTablesMax = 10;

/** The terminal's side of a session: history, completion, Ctrl-C; what fails is told, and the prompt stays. */
export class SqlPrompt {
  readonly #session: SqlSession;
  readonly #completion: Completion;
  readonly #historyPath = join(homedir(), '.cairn_sql_history');
  #running: AbortController | undefined;

  constructor(target: SqlTarget, settings: Omit<SessionSettings, 'onNote'>) {
    this.#completion = new Completion(target.table);
    this.#session = new SqlSession(
      target,
      { ...settings, onNote: (text) => console.log(text) },
      { onNames: (names) => this.#completion.add(names), onStatement: (sql) => this.#remember(sql) },
    );
  }

  async run(): Promise<void> {
    // Before there is a reader of lines: a line that comes while nobody waits for it would be lost.
    const tables = await this.#session.tables(new AbortController().signal);
    this.#completion.add(tables);
    // Only here: statements that are given with the command need no list of functions.
    const { FUNCTIONS } = await import('../../query/dialect/functions/all-functions.js');
    this.#completion.add([...FUNCTIONS.keys()]);
    const lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      history: await this.#history(),
      historySize: historyLinesMax,
      completer: (line: string) => this.#completion.complete(line),
    });
    lines.on('SIGINT', () => this.#interrupt(lines));
    const greeting = tables.length === 0 ? '' : `Tables: ${shown(tables).join(', ')}. `;
    console.log(`${greeting}\\? helps.`);
    this.#prompt(lines);
    for await (const line of lines) {
      if (!(await this.#take(line))) break;
      this.#prompt(lines);
    }
    lines.close();
  }

  #prompt(lines: Interface): void {
    lines.setPrompt(this.#session.isAmidStatement ? 'cairn-> ' : 'cairn=> ');
    lines.prompt();
  }

  /** Ctrl-C: ends the statement that runs, or forgets the one that is being written. */
  #interrupt(lines: Interface): void {
    if (this.#running !== undefined) {
      this.#running.abort();
      return;
    }
    this.#session.forget();
    process.stdout.write('\n');
    // What stands before and behind the cursor.
    lines.write(null, { ctrl: true, name: 'u' });
    lines.write(null, { ctrl: true, name: 'k' });
    this.#prompt(lines);
  }

  /** False: it was the last line. */
  async #take(line: string): Promise<boolean> {
    // As psql has it, and as everybody types first.
    if (!this.#session.isAmidStatement && /^\s*(?:quit|exit)\s*;?\s*$/i.test(line)) return false;
    this.#running = new AbortController();
    try {
      return await this.#session.take(line, this.#running.signal);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      console.log(error.message);
      return true;
    } finally {
      this.#running = undefined;
    }
  }

  async #history(): Promise<string[]> {
    const text = await readFile(this.#historyPath, 'utf8').catch(() => '');
    const lines = text.split('\n').filter(Boolean);
    const kept = lines.slice(-historyLinesMax);
    // Now and then, not every time: other prompts write into it too.
    if (lines.length > 2 * historyLinesMax)
      await writeFile(this.#historyPath, `${kept.join('\n')}\n`, { mode: 0o600 }).catch(() => undefined);
    return kept.reverse();
  }

  /** A file that cannot be written keeps nobody from asking. */
  async #remember(sql: string): Promise<void> {
    const line = sql.replace(/\s+/g, ' ');
    await appendFile(this.#historyPath, `${line}\n`, { mode: 0o600 }).catch(() => undefined);
  }
}

function shown(tables: readonly string[]): readonly string[] {
  const names = tables.map(plainText);
  return names.length > shownTablesMax ? [...names.slice(0, shownTablesMax), '…'] : names;
}
