// SPDX-License-Identifier: Apache-2.0
import type { BlockList } from 'node:net';
import { type Logger, pino } from 'pino';
import { openLocalCairn, toCannotStart } from './composition-local.js';
import { readTls, type TlsFiles } from './composition-tls.js';
import { Undo } from './composition-undo.js';
import { finishRebuild } from './composition-unfinished.js';
import { parseTrustedProxies } from './http/trusted-proxies.js';
import { type Settings, SettingsError } from './settings.js';

/** A running server. */
export interface Cairn {
  readonly url: string;
  readonly log: Logger;
  /** Takes no new calls, answers those under way, flushes, closes everything. */
  stop(): Promise<void>;
}

/** Settings that were read and found good before anything is opened. */
export interface Listening {
  readonly tls: TlsFiles | undefined;
  readonly trustedProxies: BlockList;
}

/**
 * Opens the data directory and serves it. Rejects, with everything closed again, when it cannot: CannotStartError,
 * SettingsError, or the system's error for an address that cannot be listened on.
 */
export async function startCairn(settings: Settings): Promise<Cairn> {
  const listening = { tls: readTls(settings), trustedProxies: trustedProxiesOf(settings) };
  // stdout carries the one line that says where the server listens.
  const log = pino({ level: settings.logLevel }, pino.destination({ dest: 2, sync: false }));
  const undo = new Undo();
  try {
    const url = await start(settings, listening, log, undo);
    return { url, log, stop: () => undo.run() };
  } catch (error) {
    await undo.runQuietly();
    throw toCannotStart(error, settings.dataDir);
  }
}

/** The history opens in a thread of its own: meanwhile the rest of the program, which is most of it, is loaded. */
async function start(settings: Settings, listening: Listening, log: Logger, undo: Undo): Promise<string> {
  await finishRebuild(settings.dataDir, log);
  const [opened, loaded] = await Promise.allSettled([
    openLocalCairn(settings, log),
    import('./composition.js'),
  ]);
  if (opened.status === 'rejected') throw opened.reason;
  undo.add(() => opened.value.close());
  if (loaded.status === 'rejected') throw loaded.reason;
  return loaded.value.serveCairn(opened.value, settings, listening, log, undo);
}

function trustedProxiesOf(settings: Settings): BlockList {
  try {
    return parseTrustedProxies(settings.trustedProxies);
  } catch (error) {
    throw new SettingsError((error as Error).message, { cause: error });
  }
}
