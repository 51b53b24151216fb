// SPDX-License-Identifier: Apache-2.0
import type { DataDirectory } from '../data-directory/data-directory.js';
import { isRegion } from '../identity/regions.js';
import { StandaloneAccountError, type WantedAccount } from '../identity/standalone-account.js';
import { readSettings } from '../settings.js';
import { credentialsOf } from './cairn-client.js';
import { CommandError } from './command-error.js';
import { reachableUrl } from './env-command.js';
import { ApiError, SignedRequests } from './signed-requests.js';
import { stderrLog } from './stderr-log.js';

/** Where accounts are made: at a running server, or in a data directory that nobody serves. */
export interface Accounts {
  create(wanted: WantedAccount): Promise<{ readonly accountId: string }>;
  close(): Promise<void>;
}

/** Throws CommandError for a folder that is no data directory, and for an account that cannot be made. */
export async function openAccounts(directory: DataDirectory): Promise<Accounts> {
  const credentials = credentialsOf(directory);
  const server = directory.runningServer();
  if (server === undefined) return openOwn(directory);
  const requests = new SignedRequests(reachableUrl(server.url), credentials);
  return {
    async create(wanted) {
      const body = Buffer.from(JSON.stringify(wanted));
      try {
        return (await requests.send('POST', '/cairn/v1/accounts', { body })) as { accountId: string };
      } catch (error) {
        if (error instanceof ApiError) throw new CommandError(error.message, 1, { cause: error });
        throw error;
      }
    },
    async close() {
      requests.close();
    },
  };
}

async function openOwn(directory: DataDirectory): Promise<Accounts> {
  // Loaded only here: a command that talks to a server need not load databases.
  const { openLocalCairn } = await import('../composition-local.js');
  const { createAccountOf } = await import('../composition-organizations.js');
  const cairn = await openLocalCairn(
    readSettings({ dataDir: directory.path }, process.env, isRegion),
    stderrLog,
  );
  const create = createAccountOf(cairn);
  return {
    create: (wanted) =>
      create(wanted).catch((error: unknown) => {
        if (error instanceof StandaloneAccountError)
          throw new CommandError(error.message, 1, { cause: error });
        throw error;
      }),
    close: () => cairn.close(),
  };
}
