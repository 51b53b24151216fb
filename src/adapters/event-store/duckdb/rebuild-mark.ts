// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Stands beside the index while everything is made anew. */
export const rebuildMark = 'rebuilding';

/** Whether a history was being rebuilt and that did not end, or is going on. */
export function isRebuildUnfinished(dir: string): boolean {
  return existsSync(join(dir, rebuildMark));
}
