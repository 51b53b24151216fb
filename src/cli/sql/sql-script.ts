// SPDX-License-Identifier: Apache-2.0
import { addAbortSignal, type Readable } from 'node:stream';
import { STATEMENT_BYTES_MAX } from '../../query/dialect/tokens.js';
import { CommandError } from '../command-error.js';
import type { SqlSession } from './sql-session.js';

/**
 * Runs lines that nobody types: statements and commands, in turn. The first that fails ends it, as a script should that others
 * build on.
 * @throws CommandError
 */
export async function runScript(session: SqlSession, input: string | Readable): Promise<void> {
  const ending = new AbortController();
  const interrupt = () => ending.abort();
  process.once('SIGINT', interrupt);
  try {
    await runLines(
      session,
      typeof input === 'string' ? [input] : addAbortSignal(ending.signal, input),
      ending,
    );
  } catch (error) {
    if (ending.signal.aborted && !(error instanceof CommandError))
      throw new CommandError('cancelled', 130, { cause: error });
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

async function runLines(
  session: SqlSession,
  input: Iterable<string> | AsyncIterable<unknown>,
  { signal }: AbortController,
): Promise<void> {
  let isEmpty = true;
  for await (const line of linesOf(input)) {
    isEmpty &&= line.trim() === '';
    if (!(await session.take(line, signal))) return;
  }
  if (isEmpty) throw new CommandError('there is no statement');
  await session.end(signal);
}

/** Also the last line, which may have no end. */
async function* linesOf(input: Iterable<string> | AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk as Buffer, { stream: true });
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > STATEMENT_BYTES_MAX)
      throw new CommandError(`a statement has at most ${STATEMENT_BYTES_MAX} bytes`);
  }
  yield rest;
}
