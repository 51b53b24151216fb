// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of the checkout that is not compiled, wherever the compiled tests lie. */
export function fixture(path: string): string {
  for (let folder = import.meta.dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    const found = join(folder, 'fixtures', path);
    if (existsSync(found)) return found;
  }
  throw new Error(`there is no fixtures/${path}`);
}
