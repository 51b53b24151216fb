// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from './command-error.js';
import { isLogFileName, type LogFileSource } from './log-file-source.js';

/**
 * The log files at a path: itself, or those in the folder and all below it, sorted by name. Links are followed, each
 * folder is visited once however many ways lead to it. Throws CommandError when there is nothing at the path.
 */
export async function logFilesOnDisk(path: string): Promise<LogFileSource[]> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(
      error.code === 'ENOENT'
        ? `there is no ${path}`
        : `cannot read ${path} (${error.code ?? error.message})`,
      1,
      { cause: error },
    );
  });
  // A file that was named is taken whatever its name.
  if (!facts.isDirectory()) return [fileAt(path, facts.size)];
  const found: LogFileSource[] = [];
  await collect(path, new Set(), found);
  return found;
}

async function collect(folder: string, visited: Set<string>, found: LogFileSource[]): Promise<void> {
  const real = await realpath(folder);
  if (visited.has(real)) return;
  visited.add(real);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    found.push(unreadable(folder, error));
    return [];
  });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await collect(path, visited, found);
    else if (entry.isFile() || entry.isSymbolicLink())
      await collectFile(path, entry.isSymbolicLink(), visited, found);
  }
}

async function collectFile(
  path: string,
  isLink: boolean,
  visited: Set<string>,
  found: LogFileSource[],
): Promise<void> {
  if (!isLink && !isLogFileName(path)) return;
  // A link may lead nowhere, or to itself.
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory()) await collect(path, visited, found);
  else if (facts?.isFile() && isLogFileName(path)) found.push(fileAt(path, facts.size));
}

function fileAt(path: string, sizeBytes: number): LogFileSource {
  return { name: path, sizeBytes, read: () => readFile(path) };
}

/** Comes up as a bad file when its turn comes, so that the rest goes in. */
function unreadable(path: string, error: Error): LogFileSource {
  return { name: path, sizeBytes: 0, read: () => Promise.reject(error) };
}
