// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readJsonFile, writeFileDurably } from './durable-file.js';
import { isAlive, processIdentity } from './process-identity.js';

/** The root key of the main account, as `cairn env` and the other commands read it. */
export interface RootCredentials {
  readonly accountId: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A key of another account's root, as the operator's commands made it. */
export interface AccountKey {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Where a running server listens. */
export interface ServerFile {
  readonly url: string;
  readonly pid: number;
  /** `processIdentity` of the server: after a crash its number may be another process's. */
  readonly process?: string;
}

/**
 * With the folders above it. Not Node's `recursive`: that one never returns where a folder exists and nothing can be
 * made in it (ENOENT, as in /proc or under an automounter).
 */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
    makeFolder(dirname(path));
    makeFolder(path);
  }
}

/**
 * The names inside a data directory. Everything in it belongs to one process at a time; the files read by
 * others (`server.json`, `root-credentials.json`, those in `accounts`) are replaced whole, never changed in place.
 */
export class DataDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** Makes the folder when it is not there, closed to other users. */
  create(): void {
    makeFolder(this.path);
  }

  get log(): string {
    return join(this.path, 'log');
  }
  get history(): string {
    return join(this.path, 'history');
  }
  get objects(): string {
    return join(this.path, 'objects');
  }
  get outbox(): string {
    return join(this.path, 'outbox');
  }
  get digests(): string {
    return join(this.path, 'digests');
  }
  /** Messages of topics on their way to subscribers. */
  get messages(): string {
    return join(this.path, 'messages');
  }
  /** Log events of CloudWatch Logs groups. */
  get logGroups(): string {
    return join(this.path, 'log-groups');
  }
  /** Columnar copies of records, for SQL. */
  get segments(): string {
    return join(this.path, 'segments');
  }
  get securityLog(): string {
    return join(this.path, 'security.log');
  }
  get masterKey(): string {
    return join(this.path, 'master.key');
  }
  get #rootCredentials(): string {
    return join(this.path, 'root-credentials.json');
  }
  get #accounts(): string {
    return join(this.path, 'accounts');
  }
  #accountKey(accountId: string): string {
    if (!/^\d{12}$/.test(accountId)) throw new Error('an account id has 12 digits');
    return join(this.#accounts, `${accountId}.json`);
  }
  get #server(): string {
    return join(this.path, 'server.json');
  }

  /** Undefined when there is none. Throws on a file that does not hold an account and its key. */
  readRootCredentials(): RootCredentials | undefined {
    const found = readJsonFile<Partial<RootCredentials>>(this.#rootCredentials);
    if (found === undefined) return undefined;
    const names = ['accountId', 'region', 'accessKeyId', 'secretAccessKey'] as const;
    const missing = names.filter((name) => typeof found?.[name] !== 'string' || found[name] === '');
    if (missing.length === 0) return found as RootCredentials;
    throw new Error(`${this.#rootCredentials} is damaged: it does not hold ${missing.join(', ')}`);
  }
  writeRootCredentials(credentials: RootCredentials): void {
    writeFileDurably(this.#rootCredentials, `${JSON.stringify(credentials, null, 2)}\n`);
  }
  /** Undefined for an account of which none was kept. */
  readAccountKey(accountId: string): AccountKey | undefined {
    const path = this.#accountKey(accountId);
    const found = readJsonFile<Partial<AccountKey>>(path);
    if (found === undefined) return undefined;
    const names = ['accountId', 'accessKeyId', 'secretAccessKey'] as const;
    const missing = names.filter((name) => typeof found?.[name] !== 'string' || found[name] === '');
    if (missing.length === 0) return found as AccountKey;
    throw new Error(`${path} is damaged: it does not hold ${missing.join(', ')}`);
  }
  writeAccountKey(key: AccountKey): void {
    makeFolder(this.#accounts);
    writeFileDurably(this.#accountKey(key.accountId), `${JSON.stringify(key, null, 2)}\n`);
  }
  /** Where the server that runs on this directory now listens; undefined when none does, whatever a crash left behind. */
  runningServer(): ServerFile | undefined {
    const server = this.#readServerFile();
    if (server === undefined || !isAlive(server.pid)) return undefined;
    const now = processIdentity(server.pid);
    const isAnother = server.process !== undefined && now !== undefined && server.process !== now;
    return isAnother ? undefined : server;
  }
  /** Tells where this process listens. */
  writeServerFile(url: string): void {
    const identity = processIdentity(process.pid);
    const server: ServerFile = {
      url,
      pid: process.pid,
      ...(identity === undefined ? {} : { process: identity }),
    };
    writeFileDurably(this.#server, `${JSON.stringify(server)}\n`);
  }
  removeServerFile(): void {
    rmSync(this.#server, { force: true });
  }

  /** One that cannot be read tells of no server: the next start writes it anew. */
  #readServerFile(): ServerFile | undefined {
    try {
      const found = readJsonFile<Partial<ServerFile>>(this.#server);
      const isWhole = typeof found?.url === 'string' && Number.isSafeInteger(found.pid);
      return isWhole ? (found as ServerFile) : undefined;
    } catch {
      return undefined;
    }
  }
}
