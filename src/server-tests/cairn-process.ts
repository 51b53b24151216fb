// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { patienceMs } from '../testing/until.js';

const program = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/** The root of every test server: AWS's documentation examples. */
export const root = {
  accountId: '111122223333',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} as const;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `cairn` command in a process of its own. */
export class CairnProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...env },
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (code, signal) =>
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }),
      );
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends the signal and waits for the end; a process that does not end is killed and fails the test. */
  async end(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal);
    const late = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs);
    const ended = await this.ended;
    clearTimeout(late);
    if (signal !== 'SIGKILL' && ended.signal === 'SIGKILL')
      throw new Error(`the process did not end within ${patienceMs} ms of ${signal}: ${this.stderr}`);
    return ended;
  }

  /** The URL of `cairn listening on …`. */
  async listening(): Promise<string> {
    const deadline = Date.now() + patienceMs;
    let hasEnded = false;
    void this.ended.then(() => {
      hasEnded = true;
    });
    for (;;) {
      const url = /cairn listening on (\S+)\n/.exec(this.stdout)?.[1];
      if (url !== undefined) return url;
      if (hasEnded || Date.now() > deadline) {
        this.#child.kill('SIGKILL');
        throw new Error(`the server did not start: ${this.stdout}${this.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** A running `cairn serve` on a data directory. */
export interface Server {
  readonly url: string;
  readonly process: CairnProcess;
}

export async function serve(
  dataDir: string,
  options: { readonly env?: NodeJS.ProcessEnv; readonly args?: readonly string[] } = {},
): Promise<Server> {
  const process = new CairnProcess(
    ['serve', '--port', '0', '--data-dir', dataDir, ...(options.args ?? [])],
    serverEnv(options.env),
  );
  return { url: await process.listening(), process };
}

export function serverEnv(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    CAIRN_LOG_LEVEL: 'error',
    CAIRN_ACCOUNT_ID: root.accountId,
    CAIRN_ACCESS_KEY_ID: root.accessKeyId,
    CAIRN_SECRET_ACCESS_KEY: root.secretAccessKey,
    ...env,
  };
}

/** A command to its end. */
export function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new CairnProcess(args, env).ended;
}

/** A folder that is removed at the end of the test. */
export function temporaryFolder(test: { after(work: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-server-'));
  // Children of a killed server may write a last file while it goes.
  test.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}
