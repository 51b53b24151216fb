// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface OpenFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when everything written is durable. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The file operations that the outbox uses, and no others: tests make each of them fail, and lose power between any
 * two. Names are plain file names in the one folder.
 */
export interface OutboxDisk {
  list(): Promise<string[]>;
  read(name: string): Promise<Uint8Array>;
  stream(name: string): AsyncIterable<Uint8Array>;
  /** Opens an empty file for writing, in place of one that may be there. */
  create(name: string): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** Removing what is not there is no error. */
  remove(name: string): Promise<void>;
  /** Makes creations, renames and removals durable. */
  syncFolder(): Promise<void>;
}

/** Log files hold what their owner's policy guards; in the outbox nobody but this process may read them. */
const ownerOnlyFile = 0o600;
const ownerOnlyFolder = 0o700;

export async function openOutboxDisk(folder: string): Promise<OutboxDisk> {
  await mkdir(folder, { recursive: true, mode: ownerOnlyFolder });
  await syncPath(dirname(folder));
  return {
    list: () => readdir(folder),
    read: (name) => readFile(join(folder, name)),
    stream: (name) => createReadStream(join(folder, name)),
    create: (name) => createFile(join(folder, name)),
    rename: (from, to) => rename(join(folder, from), join(folder, to)),
    remove: (name) => rm(join(folder, name), { force: true }),
    syncFolder: () => syncPath(folder),
  };
}

async function createFile(path: string): Promise<OpenFile> {
  const handle = await open(path, 'w', ownerOnlyFile);
  return {
    write: async (bytes) => {
      // A short write (a disk that fills up) is not an error of write() itself.
      for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
    },
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a whole small file so that a crash leaves the old one or the new one, never a part. */
export async function replaceFile(disk: OutboxDisk, name: string, text: string): Promise<void> {
  const temporary = `${name}.tmp`;
  const file = await disk.create(temporary);
  try {
    await file.write(Buffer.from(text));
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, name);
  await disk.syncFolder();
}
