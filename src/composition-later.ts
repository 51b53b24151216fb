// SPDX-License-Identifier: Apache-2.0
import type { Undo } from './composition-undo.js';
import type { OperatorLog } from './ports/operator-log.js';

/** A part of the program that the server can be ready without. */
export interface LaterPart {
  load(): Promise<unknown>;
}

/**
 * Loads what no request has asked for yet, part after part, once the server is ready. A first call need not wait then, and
 * what could hinder loading while calls come has no chance to: Node remembers for good that a module could not be read
 * (too many open files), and an update may put other files under the running program.
 */
export function loadLater(parts: Iterable<LaterPart>, log: OperatorLog, undo: Undo): void {
  let isStopped = false;
  const done = loadAll();
  undo.add(() => {
    isStopped = true;
    return done;
  });

  async function loadAll(): Promise<void> {
    for (const part of parts) {
      // Requests first.
      await new Promise((resolve) => setImmediate(resolve));
      if (isStopped) return;
      await part.load().catch((error: unknown) => {
        log.error({ err: error }, 'a part of the program cannot be loaded: calls that need it will fail');
      });
    }
  }
}
