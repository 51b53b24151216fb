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
  let line: Partial<DigestLine> | null;
  try {
    line = JSON.parse(text) as Partial<DigestLine> | null;
  } catch (cause) {
    throw new Error(`the digest line ${name} is damaged: it does not hold JSON`, { cause });
  }
  if (typeof line === 'object' && typeof line?.version === 'number' && line.version !== 1)
    throw new Error(`the digest line ${name} is damaged: version ${line.version} is of a newer Cairn`);
  if (!isWhole(line))
    throw new Error(`the digest line ${name} is damaged: it does not hold what a line is made of`);
  return line;
}

const texts = ['trailArn', 'trailName', 'homeRegion', 'accountId', 'region', 'bucket', 'prefix'] as const;
const numbers = [
  'chain',
  'chainStartMs',
  'closedEndMs',
  'backfillEndMs',
  'nextNumber',
  'waitingFrom',
] as const;

function isWhole(line: Partial<DigestLine> | null): line is DigestLine {
  return (
    line?.version === 1 &&
    texts.every((name) => typeof line[name] === 'string') &&
    numbers.every((name) => Number.isSafeInteger(line[name])) &&
    line.previous !== undefined &&
    line.previousBackfill !== undefined &&
    line.position !== undefined
  );
}
