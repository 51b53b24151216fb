// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../../ports/operator-log.js';

interface Watcher {
  readonly prefix: string;
  readonly onChange: (key: string) => void;
}

/** Who wants to hear of changes under which prefix. One watcher that throws never keeps the news from the others. */
export class StateWatchers {
  readonly #watchers = new Set<Watcher>();

  constructor(readonly log: OperatorLog) {}

  add(prefix: string, onChange: (key: string) => void): () => void {
    const watcher = { prefix, onChange };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  tell(key: string): void {
    for (const watcher of this.#watchers) {
      if (!key.startsWith(watcher.prefix)) continue;
      try {
        watcher.onChange(key);
      } catch (err) {
        this.log.error({ err, key }, 'a state watcher threw');
      }
    }
  }
}
