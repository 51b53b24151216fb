// SPDX-License-Identifier: Apache-2.0
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError } from './command-error.js';

/**
 * A secret that somebody types, twice and unseen, or the first line of standard input when nobody types. Never an argument:
 * those are seen by every user of the machine. Throws CommandError.
 */
export async function readSecret(prompt: string, again: string): Promise<string> {
  const { stdin } = process;
  if (!stdin.isTTY) return nonEmpty(await firstLine());
  const secret = nonEmpty(await typed(prompt));
  if ((await typed(again)) !== secret) throw new CommandError('the two are not the same');
  return secret;
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return '';
}

/** What is typed goes nowhere but here. */
function typed(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise((resolve, reject) => {
    lines.once('SIGINT', () => {
      lines.close();
      reject(new CommandError('cancelled', 130));
    });
    lines.question('', (answer) => {
      lines.close();
      process.stderr.write('\n');
      resolve(answer);
    });
  });
}

function nonEmpty(secret: string): string {
  if (secret === '') throw new CommandError('no password was given');
  return secret;
}
