// SPDX-License-Identifier: Apache-2.0
import { type OutboxDisk, replaceFile } from '../delivery/outbox-disk.js';
import type { DigestLine } from './digest-line.js';

const nameForm = /^(?<id>[0-9a-f]{24})\.line$/;

const lineName = (lineId: string): string => `${lineId}.line`;

/** All lines of a folder, by id. Rejects on one that cannot be read: going on without it would begin its chain anew. */
export async function loadLines(
  disk: OutboxDisk,
  names: readonly string[],
): Promise<Map<string, DigestLine>> {
  const lines = new Map<string, DigestLine>();
  for (const name of names) {
    const id = nameForm.exec(name)?.groups?.id;
    if (id !== undefined) lines.set(id, parseLine(name, Buffer.from(await disk.read(name)).toString()));
  }
  return lines;
}

export async function saveLine(disk: OutboxDisk, lineId: string, line: DigestLine): Promise<void> {
  await replaceFile(disk, lineName(lineId), JSON.stringify(line));
}

export async function removeLine(disk: OutboxDisk, lineId: string): Promise<void> {
  await disk.remove(lineName(lineId));
}

function parseLine(name: string, text: string): DigestLine {
  let line: DigestLine;
  try {
    line = JSON.parse(text) as DigestLine;
  } catch (cause) {
    throw new Error(`the digest line ${name} is damaged: it does not hold JSON`, { cause });
  }
  if (line.version !== 1)
    throw new Error(
      `the digest line ${name} has version ${String(line.version)}: it was written by a newer Cairn`,
    );
  return line;
}
