// SPDX-License-Identifier: Apache-2.0
import { readdir, realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { CommandError } from '../command-error.js';
import type { FileSource, ListedFile } from './file-source.js';

const couldNotCheck = 2;

/** A folder with copies, in any depth. Links are followed; a folder is visited once however many ways lead to it. */
export async function openDiskSource(given: string): Promise<FileSource> {
  const base = slashed(resolve(given));
  const facts = await stat(base).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? `there is no ${given}` : `cannot read ${given} (${cause.code})`;
    throw new CommandError(reason, couldNotCheck, { cause });
  });
  if (!facts.isDirectory())
    throw new CommandError(`${given} is no folder: name one with digests and log files`, couldNotCheck);
  return {
    label: given,
    id: `file:${slashed(await realpath(base))}`,
    bucket: undefined,
    connection: undefined,
    list: (take) => listBelow(base, take, new Set()),
    contains: (path) => path.startsWith(base === '/' ? '/' : `${base}/`),
    placeOf: (path) => path,
  };
}

async function listBelow(
  folder: string,
  take: (file: ListedFile) => void,
  visited: Set<string>,
): Promise<void> {
  const real = await realpath(folder);
  if (visited.has(real)) return;
  visited.add(real);
  // A folder that cannot be read hides files: an answer without them would be no answer.
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(`cannot read the folder ${folder} (${cause.code})`, couldNotCheck, { cause });
  });
  for (const entry of entries) {
    const path = folder.endsWith('/') ? `${folder}${entry.name}` : `${folder}/${entry.name}`;
    if (entry.isDirectory()) await listBelow(path, take, visited);
    else if (entry.isSymbolicLink() && (await isFolder(path))) await listBelow(path, take, visited);
    else take({ path });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
