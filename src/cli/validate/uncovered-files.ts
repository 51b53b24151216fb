// SPDX-License-Identifier: Apache-2.0
import { logFolderId, placeLogFile } from '../../digest/verify-place.js';
import type { ListedLogFile, LogFolder } from './inventory.js';
import type { ValidatedChain } from './validate-chain.js';
import type { ValidationContext } from './validation-context.js';

/** A file's name has the minute in which it was finished; its delivery may take some more. */
const deliveryMs = 10 * 60_000;
const minuteMs = 60_000;

/** Named one by one up to here, counted beyond. */
const namedMax = 1_000;

export interface UncoveredCounts {
  readonly pending: number;
  readonly notCovered: number;
}

/**
 * Log files that no digest lists, after every digest took its own away.
 *
 * Those since the newest digest are pending. Those from a time without digests were delivered while validation was off.
 * A file in the middle of covered time is one of a trail without validation that delivers to the same folder, or was put
 * there by somebody else: nothing in the file tells. So it is a warning, and not the verdict "invalid".
 */
export function reportUncovered(
  context: ValidationContext,
  chains: readonly ValidatedChain[],
): UncoveredCounts {
  const byFolder = new Map<string, ValidatedChain[]>();
  for (const chain of chains) {
    const id = logFolderId(chain.chain.root, chain.chain.name);
    byFolder.set(id, [...(byFolder.get(id) ?? []), chain]);
  }
  let pending = 0;
  let notCovered = 0;
  for (const [id, folder] of context.inventory.folders) {
    const found = sortOut(folder, byFolder.get(id) ?? [], context);
    pending += found.pending;
    notCovered += say(context, folder, found);
  }
  return { pending, notCovered };
}

interface SortedOut {
  pending: number;
  /** In the middle of covered time. */
  readonly strange: string[];
  /** Validation was off, or never on. */
  off: number;
  /** The digest that lists them, if any did, is missing. */
  lost: number;
}

function sortOut(
  folder: LogFolder,
  chains: readonly ValidatedChain[],
  { range }: ValidationContext,
): SortedOut {
  const found: SortedOut = { pending: 0, strange: [], off: 0, lost: 0 };
  const spans = chains.flatMap(({ links }) => links.spansMs);
  const missing = chains.flatMap(({ links }) => links.missingSpansMs);
  const firstMs = Math.min(...spans.map(([startMs]) => startMs));
  const lastMs = Math.max(...spans.map(([, endMs]) => endMs));
  const hasOlder = chains.some((chain) => chain.hasOlder) || range.fromMs !== undefined;
  const hasNewer = chains.some((chain) => chain.hasNewer) || range.toMs !== undefined;
  for (const [relative, file] of folder.files) {
    const [fromMs, toMs] = deliveredBetween(relative, file);
    if (range.fromMs !== undefined && toMs < range.fromMs) continue;
    if (range.toMs !== undefined && fromMs > range.toMs) continue;
    if (spans.length === 0) found.off++;
    else if (toMs > lastMs) found.pending += hasNewer ? 0 : 1;
    // At an edge of the range: the digest that lists it was not read.
    else if (hasOlder && fromMs < firstMs + deliveryMs) continue;
    else if (hasNewer && toMs > lastMs - deliveryMs) continue;
    else if (missing.some((span) => overlaps(span, fromMs, toMs))) found.lost++;
    else if (spans.some((span) => overlaps(span, fromMs, toMs))) found.strange.push(relative);
    else found.off++;
  }
  return found;
}

/** When it was delivered at the earliest and at the latest; a store's own time beats the one in the name. */
function deliveredBetween(relative: string, { modifiedMs }: ListedLogFile): [number, number] {
  const stampMs = placeLogFile(relative)?.name.stampMs ?? 0;
  return [stampMs, Math.max(stampMs + minuteMs, modifiedMs ?? 0)];
}

function overlaps([startMs, endMs]: readonly [number, number], fromMs: number, toMs: number): boolean {
  return fromMs < endMs && toMs > startMs;
}

function say({ source, findings }: ValidationContext, folder: LogFolder, found: SortedOut): number {
  const { strange, off, lost } = found;
  const { root, accountId, region } = folder;
  const add = (place: string, message: string): void =>
    findings.add('warning', 'log-not-covered', place, message);
  for (const relative of strange.slice(0, namedMax))
    add(
      source.placeOf(`${root}${relative}`),
      'no digest here lists this log file, and digests cover its time: one in another place does (of a trail that was moved), a trail without validation delivers here too, or somebody put it here',
    );
  const place = source.placeOf(root);
  const files = (count: number, more = ''): string =>
    `${count} ${more}${count === 1 ? 'log file' : 'log files'} of account ${accountId} in ${region}`;
  if (strange.length > namedMax) add(place, `no digest lists ${files(strange.length - namedMax, 'more ')}`);
  if (off > 0) add(place, `nothing proves ${files(off)}: delivered while there were no digests`);
  if (lost > 0) add(place, `nothing proves ${files(lost)}: the digests of that time are missing`);
  return strange.length + off + lost;
}
