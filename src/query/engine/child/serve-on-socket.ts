// SPDX-License-Identifier: Apache-2.0
import { Socket } from 'node:net';
import { parentFrameBytesMax } from '../engine-limits.js';
import { ParentChannel } from './parent-channel.js';
import { serveStatements } from './serve-statements.js';
import type { StatementLanguage } from './statement-language.js';

/** The descriptor that the server has opened for this process. */
const serverDescriptor = 3;

/**
 * Serves the server that has started this process, and ends with it. It ends by SIGKILL: threads of a query at work are
 * waited for by any other end.
 */
export async function serveOnSocket(loadLanguage: () => Promise<StatementLanguage>): Promise<void> {
  const end = (): void => {
    process.kill(process.pid, 'SIGKILL');
  };
  const socket = new Socket({ fd: serverDescriptor, readable: true, writable: true });
  socket.on('error', end).on('close', end).on('end', end);
  const channel = new ParentChannel(socket, parentFrameBytesMax);
  await serveStatements(channel, await loadLanguage());
  // The last answer is on its way; whoever reads it closes the socket.
  socket.end();
}
