// SPDX-License-Identifier: Apache-2.0
import type { CheckedStatement } from '../../query-engine.js';
import type { ParentMessage } from '../engine-protocol.js';
import { explainStatement } from './explain-statement.js';
import type { ParentChannel } from './parent-channel.js';
import { RowPacker } from './row-packer.js';
import { type RunMessage, runStatement, type StatementTalk } from './run-statement.js';
import { Session } from './session.js';
import { toFailure } from './statement-failure.js';
import type { StatementLanguage } from './statement-language.js';

/** A session for the next statement, made while there is none; and those of this one. */
class SpareSession {
  readonly #macros: readonly string[];
  readonly #taken: Promise<Session>[] = [];
  #spare: Promise<Session> | undefined;

  constructor(macros: readonly string[]) {
    this.#macros = macros;
  }

  prepare(): void {
    this.#spare ??= Session.open(this.#macros);
    // Whoever takes it is told.
    this.#spare.catch(() => {});
  }

  take(): Promise<Session> {
    const session = this.#spare ?? Session.open(this.#macros);
    this.#spare = undefined;
    this.#taken.push(session);
    return session;
  }

  async closeTaken(): Promise<void> {
    for (const session of this.#taken.splice(0)) {
      const opened = await session.catch(() => undefined);
      opened?.close();
    }
  }
}

/** The server has given the statement up: nobody waits for an answer. */
class StatementEnded extends Error {}

/** Takes statements one after another. Resolves when the process should not go on. */
export async function serveStatements(channel: ParentChannel, language: StatementLanguage): Promise<void> {
  const sessions = new SpareSession(language.macros);
  await channel.send({ type: 'ready' });
  for (;;) {
    await sessions.closeTaken();
    sessions.prepare();
    const message = await channel.next();
    if (message.type !== 'run' && message.type !== 'check') continue;
    try {
      await (message.type === 'run'
        ? run(message, channel, language, sessions)
        : check(message, channel, language));
    } catch (error) {
      if (error instanceof StatementEnded) {
        await channel.send({ type: 'failed', code: 'INTERNAL', message: 'given up' });
        continue;
      }
      const { error: told, detail, isClean } = toFailure(error, (words) => language.explain(words));
      const { code, message: words } = told;
      await channel.send({
        type: 'failed',
        code,
        message: words,
        isUnclean: !isClean,
        ...(detail === undefined ? {} : { detail }),
      });
      if (!isClean) return;
    }
  }
}

async function check(
  { sql, dialect }: Extract<ParentMessage, { type: 'check' }>,
  channel: ParentChannel,
  language: StatementLanguage,
): Promise<void> {
  // The tree of a query is the process's own; the rest is the answer.
  const { query: _, ...checked } = language.read(sql, dialect) as CheckedStatement & { query?: unknown };
  await channel.send({ type: 'checked', checked });
}

async function run(
  message: RunMessage,
  channel: ParentChannel,
  language: StatementLanguage,
  sessions: SpareSession,
): Promise<void> {
  const parsed = language.read(message.sql, message.dialect);
  if (parsed.kind !== 'query') {
    const { query: _, ...checked } = parsed as CheckedStatement & { query?: unknown };
    return channel.send({ type: 'checked', checked });
  }
  const talk: StatementTalk = {
    resolve: async (names) => (await ask(channel, { type: 'resolve', names }, 'tables')).tables,
    records: async (places) => textsOf(await ask(channel, { type: 'records', places }, 'records')),
    columns: (columns) => channel.send({ type: 'columns', columns }),
    rows: rowsOut(message, channel),
  };
  const start = parsed.explain === undefined ? runStatement : explainStatement;
  const statistics = await start(parsed, message, language, talk, () => sessions.take());
  await channel.send({ type: 'done', statistics });
}

function textsOf({
  lengths,
  bytes: [bytes],
}: Extract<ParentMessage, { type: 'records' }>): (string | null)[] {
  const all = Buffer.from(bytes ?? []);
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return length === 0 ? null : all.toString('utf8', at - length, at);
  });
}

function rowsOut({ packing }: RunMessage, channel: ParentChannel): StatementTalk['rows'] {
  const packer = packing === undefined ? undefined : new RowPacker(packing.csv);
  return async (rows) => {
    await ask(channel, packer?.pack(rows) ?? { type: 'rows', rows }, 'more');
  };
}

async function ask<Type extends ParentMessage['type']>(
  channel: ParentChannel,
  question: Parameters<ParentChannel['send']>[0],
  wanted: Type,
): Promise<Extract<ParentMessage, { type: Type }>> {
  await channel.send(question);
  const answer = await channel.next();
  if (answer.type !== wanted) throw new StatementEnded();
  return answer as Extract<ParentMessage, { type: Type }>;
}
