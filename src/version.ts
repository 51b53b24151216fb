// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

const packageFile = new URL('../../package.json', import.meta.url);

/** Cairn's version, from package.json. */
export const version: string = (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
