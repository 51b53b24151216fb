// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readJsonFile, writeFileDurably } from './durable-file.js';

/** The root key of the main account, as `cairn env` and the other commands read it. */
export interface RootCredentials {
  readonly accountId: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Where a running server listens. */
export interface ServerFile {
  readonly url: string;
  readonly pid: number;
}

/**
 * The names inside a data directory. Everything in it belongs to one process at a time; the two files read by
 * others (`server.json`, `root-credentials.json`) are replaced whole, never changed in place.
 */
export class DataDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** Makes the folder when it is not there, closed to other users. */
  create(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
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
  get securityLog(): string {
    return join(this.path, 'security.log');
  }
  get masterKey(): string {
    return join(this.path, 'master.key');
  }
  get #rootCredentials(): string {
    return join(this.path, 'root-credentials.json');
  }
  get #server(): string {
    return join(this.path, 'server.json');
  }

  readRootCredentials(): RootCredentials | undefined {
    return readJsonFile<RootCredentials>(this.#rootCredentials);
  }
  writeRootCredentials(credentials: RootCredentials): void {
    writeFileDurably(this.#rootCredentials, `${JSON.stringify(credentials, null, 2)}\n`);
  }
  readServerFile(): ServerFile | undefined {
    return readJsonFile<ServerFile>(this.#server);
  }
  writeServerFile(server: ServerFile): void {
    writeFileDurably(this.#server, `${JSON.stringify(server)}\n`);
  }
  removeServerFile(): void {
    rmSync(this.#server, { force: true });
  }
}
