// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs';
import { SettingsError } from './settings-error.js';

export interface ConfigFile {
  readonly path: string;
  /** What it holds, parsed. */
  readonly document: unknown;
  /** Other users of the machine may read it. */
  readonly isOpen: boolean;
}

/** Throws SettingsError when it cannot be read or is not JSON; the message does not quote the file: it may hold secrets. */
export function readConfigFile(path: string): ConfigFile {
  let text: string;
  let mode: number;
  try {
    text = readFileSync(path, 'utf8');
    mode = statSync(path).mode;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingsError(`the configuration file ${path} cannot be read (${code})`, { cause: error });
  }
  try {
    return { path, document: JSON.parse(text) as unknown, isOpen: (mode & 0o077) !== 0 };
  } catch {
    throw new SettingsError(`the configuration file ${path} is not JSON`);
  }
}
