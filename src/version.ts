// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Cairn's version, from the package.json of the checkout or package that this file was built in. */
export const version: string = readVersion(import.meta.dirname);

/** The build may lie one folder deep (`dist/`) or deeper, so the file is looked for upwards. */
function readVersion(folder: string): string {
  const path = join(folder, 'package.json');
  if (existsSync(path)) {
    const { name, version: found } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    if (name === 'cairn' && typeof found === 'string') return found;
  }
  if (dirname(folder) === folder) throw new Error('the package.json of cairn is not there');
  return readVersion(dirname(folder));
}
