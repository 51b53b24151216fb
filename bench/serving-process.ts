// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { benchAccountId } from './generate-events.js';

export interface ServingProcess {
  readonly url: string;
  readonly pid: number;
  /** Resolves when it has stopped. */
  end(): Promise<void>;
}

export const benchCredentials = { accessKeyId: 'AKIABENCHBENCHBENCH1', secretAccessKey: 'b'.repeat(40) };

/** What `npm run bench` has built, or what the variable names. */
export const cairnProgram = process.env.CAIRN_PROGRAM ?? join(import.meta.dirname, '../src/cli/main.js');

/** For the server, and for commands that make its data directory. */
export const benchEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  CAIRN_ACCOUNT_ID: benchAccountId,
  CAIRN_ACCESS_KEY_ID: benchCredentials.accessKeyId,
  CAIRN_SECRET_ACCESS_KEY: benchCredentials.secretAccessKey,
  CAIRN_LOG_LEVEL: 'error',
};

/** Rejects when it ends before it is ready. */
export async function startServing(dataDir: string): Promise<ServingProcess> {
  const child = spawn(process.execPath, [cairnProgram, 'serve', '--port', '0', '--data-dir', dataDir], {
    env: benchEnvironment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then(() => Promise.reject(new Error('the server did not start'))),
  ]);
  return {
    url: line.replace('cairn listening on ', ''),
    pid: child.pid ?? 0,
    end: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
