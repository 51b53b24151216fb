// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage } from 'node:http';
import type { DataDirectory, RootCredentials } from '../data-directory/data-directory.js';
import type { Position } from '../ports/event-log.js';
import type { LookupPage, LookupQuery, StoredEvent } from '../ports/event-store.js';
import type { SearchAnswer } from '../query/search/run-search.js';
import type { LogFileSummary } from '../record/log-file.js';
import { CommandError } from './command-error.js';
import { reachableUrl } from './env-command.js';
import { SignedRequests } from './signed-requests.js';

export interface ImportedFile extends LogFileSummary {
  /** Behind the file's last entry in the log; undefined when nothing of it was kept. */
  readonly position?: Position;
}

/** Events of all imports since the server started. */
export interface ImportTotals {
  readonly added: number;
  readonly duplicates: number;
}

export type TailFilter = Pick<LookupQuery, 'accountId' | 'region' | 'attributes' | 'category'>;

export interface TailAnswer {
  readonly events: readonly StoredEvent[];
  readonly position: Position;
}

/** A running server as the commands see it. */
export class CairnClient {
  readonly #requests: SignedRequests;

  constructor(url: string, credentials: RootCredentials) {
    this.#requests = new SignedRequests(reachableUrl(url), credentials);
  }

  /** Resolves once the file's events are durable. */
  async importFile(source: string, bytes: Uint8Array, accountId: string): Promise<ImportedFile> {
    const query = { account: accountId, source };
    return (await this.#requests.send('POST', '/cairn/v1/import', { query, body: bytes })) as ImportedFile;
  }

  /** With a position: waits until everything before it is in the history. */
  async importTotals(position?: Position): Promise<ImportTotals> {
    const query = position === undefined ? {} : { position };
    return (await this.#requests.send('GET', '/cairn/v1/import-totals', { query })) as ImportTotals;
  }

  async lookup(query: LookupQuery): Promise<LookupPage> {
    return (await this.#requests.send('POST', '/cairn/v1/lookup', { body: jsonBytes(query) })) as LookupPage;
  }

  /** The next events that the filter selects, in the order of the log; none when none came within `waitMs`. */
  async tail(
    request: { from?: Position; filter: TailFilter; waitMs: number },
    signal?: AbortSignal,
  ): Promise<TailAnswer> {
    const options = { body: jsonBytes(request), ...(signal && { signal }) };
    return (await this.#requests.send('POST', '/cairn/v1/tail', options)) as TailAnswer;
  }

  /** The answer's lines: see the server's SqlAnswer. */
  sql(
    asked: { readonly sql: string; readonly dialect: string; readonly nested: 'text' | 'json' },
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    return this.#requests.stream('/cairn/v1/sql', jsonBytes(asked), signal);
  }

  /** @param asked as docs/search.md has it */
  async search(asked: object, signal: AbortSignal): Promise<SearchAnswer> {
    const options = { body: jsonBytes(asked), signal };
    return (await this.#requests.send('POST', '/cairn/v1/search', options)) as SearchAnswer;
  }

  close(): void {
    this.#requests.close();
  }
}

/** The client of the server that runs on a data directory; undefined when none runs. */
export function runningServer(directory: DataDirectory): CairnClient | undefined {
  const server = directory.runningServer();
  const credentials = directory.readRootCredentials();
  if (server === undefined || credentials === undefined) return undefined;
  return new CairnClient(server.url, credentials);
}

/** The root key's facts. Throws CommandError for a folder that is no data directory. */
export function credentialsOf(directory: DataDirectory): RootCredentials {
  const credentials = directory.readRootCredentials();
  if (credentials !== undefined) return credentials;
  throw new CommandError(
    `${directory.path} is no data directory of Cairn yet: start one with \`npx cairn serve\`, or name it with --data-dir`,
  );
}

function jsonBytes(document: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(document), 'utf8');
}
