// SPDX-License-Identifier: Apache-2.0
import { isRegion } from '../../identity/regions.js';
import { QueryError } from '../../query/query-error.js';
import type { SearchAnswer } from '../../query/search/run-search.js';
import { InvalidSearchError, toSearchRequest } from '../../query/search/search-request.js';
import { readSettings } from '../../settings.js';
import { CommandError } from '../command-error.js';
import { answeringServer } from '../history-target.js';
import { plainText } from '../plain-text.js';
import { ApiError } from '../signed-requests.js';
import { stderrLog } from '../stderr-log.js';

/** What answers searches: a server, or a data directory that nobody serves. */
export interface SearchTarget {
  /** @param asked as docs/search.md has it. Rejects with CommandError. */
  search(asked: object, signal: AbortSignal): Promise<SearchAnswer>;
  close(): Promise<void>;
}

/** The running server if there is one, else the data directory itself. */
export async function openSearchTarget(dataDir: string): Promise<SearchTarget> {
  const client = await answeringServer(dataDir);
  if (client === undefined) return openOffline(dataDir);
  return {
    search: (asked, signal) => client.search(asked, signal).catch((error: unknown) => refuse(error, signal)),
    close: async () => client.close(),
  };
}

async function openOffline(dataDir: string): Promise<SearchTarget> {
  // Loaded only here: a command that talks to a server need not load databases.
  const { openOfflineSql } = await import('../../composition-sql.js');
  const settings = readSettings({ dataDir }, process.env, isRegion);
  const offline = await openOfflineSql(settings, stderrLog, 'cairn_history');
  return {
    search: async (asked, signal) => {
      try {
        return await offline.search(toSearchRequest(asked), signal);
      } catch (error) {
        return refuse(error, signal);
      }
    },
    close: () => offline.close(),
  };
}

function refuse(error: unknown, signal: AbortSignal): never {
  if (signal.aborted) throw new CommandError('cancelled', 130, { cause: error });
  if (error instanceof InvalidSearchError) throw new CommandError(error.message, 2, { cause: error });
  if (error instanceof ApiError || error instanceof QueryError)
    throw new CommandError(plainText(error.message), 1, { cause: error });
  throw error;
}
