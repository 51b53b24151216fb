// SPDX-License-Identifier: Apache-2.0
// Starts a real server on a fresh data directory and a free port, and gives clients what they need to reach it.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..');
// Another build than the checkout's own, for trying one beside it.
const program = process.env.CAIRN_PROGRAM ?? join(root, 'bin/cairn.js');
const startTimeoutMs = 180_000;

/** Runs a program; answers its exit code and output, never throws for a failing one. */
export function run(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      args,
      { maxBuffer: 64 * 1024 * 1024, ...options },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve({ code: error === null ? 0 : error.code, stdout, stderr });
      },
    );
    if (options.input !== undefined) child.stdin.end(options.input);
  });
}

/** Nothing of whoever runs the tests leads a client elsewhere: no profile, no endpoint, no proxy. */
export function clientEnvironment(extra) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^AWS_|^CAIRN_|_proxy$/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    TZ: 'UTC',
    ...extra,
  };
}

export class CairnServer {
  /** @param {Record<string, string>} variables */
  constructor(variables = {}) {
    this.dir = mkdtempSync(join(tmpdir(), 'cairn-conformance-'));
    this.dataDir = join(this.dir, 'data');
    this.variables = variables;
    this.output = '';
  }

  async start() {
    const env = clientEnvironment({ CAIRN_LOG_LEVEL: 'warn', ...this.variables });
    this.child = spawn(process.execPath, [program, 'serve', '--port', '0', '--data-dir', this.dataDir], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr.on('data', (chunk) => {
      this.output += chunk;
    });
    this.exited = new Promise((resolve) =>
      this.child.once('exit', (code, signal) => resolve({ code, signal })),
    );
    const lines = createInterface({ input: this.child.stdout });
    this.url = await new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the server did not start in time: ${this.output}`)),
        startTimeoutMs,
      );
      lines.once('line', (line) => {
        clearTimeout(timer);
        resolve(line.replace('cairn listening on ', ''));
      });
      void this.exited.then(({ code }) => reject(new Error(`the server ended with ${code}: ${this.output}`)));
    });
    this.env = clientEnvironment(await this.exportedVariables());
    return this;
  }

  /** What `eval "$(cairn env)"` would set, also with more arguments. */
  async exportedVariables(...args) {
    const { stdout } = await this.cairn('env', ...args);
    return Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => /^export (\w+)='?(.*?)'?$/.exec(line)?.slice(1) ?? []),
    );
  }

  /** Makes an account that is in no organization; answers the variables of its root. */
  async newAccount(id, name = `Account ${id}`) {
    const who = ['--name', name, '--email', `${id}@example.com`, '--account-id', id];
    const { code, stdout, stderr } = await this.cairn('account', 'create', ...who);
    if (code !== 0 || JSON.parse(stdout).accountId !== id) throw new Error(`no account ${id}: ${stderr}`);
    return this.exportedVariables('--account', id);
  }

  /** Runs `cairn COMMAND … --data-dir DIR`. */
  cairn(...args) {
    return run(process.execPath, [program, ...args, '--data-dir', this.dataDir], {
      env: clientEnvironment({}),
    });
  }

  /** The same with standard input. */
  cairnWithInput(input, ...args) {
    return run(process.execPath, [program, ...args, '--data-dir', this.dataDir], {
      env: clientEnvironment({}),
      input,
    });
  }

  /** The same with the variables that `eval "$(cairn env)"` sets: for commands that are S3 clients themselves. */
  cairnAsClient(...args) {
    return run(process.execPath, [program, ...args, '--data-dir', this.dataDir], { env: this.env });
  }

  /** Runs `aws …`; answers exit code and output. */
  aws(...args) {
    return this.awsWith({}, ...args);
  }

  /** Runs `aws …` with some variables changed. */
  awsWith(variables, ...args) {
    return run('aws', args, { env: { ...this.env, ...variables }, cwd: this.dir });
  }

  /** Runs `aws …` that must be refused; answers the error's code and message as the client understood them. */
  async awsRefused(...args) {
    return refusalOf(await this.aws(...args), args);
  }

  /** Runs `aws …` that must succeed; answers its parsed JSON, or its text where it is none. */
  async awsOk(...args) {
    const { code, stdout, stderr } = await this.aws(...args);
    if (code !== 0) throw new Error(`aws ${args.join(' ')}: exit ${code}: ${stderr}${this.output}`);
    try {
      return JSON.parse(stdout);
    } catch {
      return stdout;
    }
  }

  async kill(signal = 'SIGKILL') {
    this.child.kill(signal);
    return this.exited;
  }

  async stop() {
    const { code } = await this.kill('SIGTERM');
    if (code !== 0) throw new Error(`the server ended with ${code} on SIGTERM: ${this.output}`);
  }

  async remove() {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill();
    // Children of a killed server may write a last file while it goes.
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

let portsAsked = 0;

/**
 * A port that is free now and stays so until somebody listens on it (again): below those that systems give to whoever asks
 * for any, and another one for each process of tests.
 */
export async function freePort() {
  for (;;) {
    const port = 10_000 + ((process.pid * 13 + portsAsked++) % 20_000);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** What the AWS CLI says of an error answer: `An error occurred (CODE) when calling the OP operation: MESSAGE`. */
export function refusalOf({ code, stderr }, args) {
  const parts = /An error occurred \((\w+)\) when calling the \w+ operation[^:]*: (.*)/.exec(stderr);
  if (code === 0 || parts === null)
    throw new Error(`aws ${args.join(' ')} was not refused: exit ${code}: ${stderr}`);
  return { code: parts[1], message: parts[2] };
}

/** For what takes a second: a machine that runs other things beside the tests gets its time, and it costs nothing elsewhere. */
const patienceMs = 180_000;

/** Asks again and again until the answer satisfies, or the time is over. */
export async function eventually(ask, { timeoutMs = patienceMs, everyMs = 100 } = {}) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
