// SPDX-License-Identifier: Apache-2.0
import { chainId, placeDigest } from '../../digest/verify-place.js';
import type { ChainFiles } from './inventory.js';
import type { ValidationContext } from './validation-context.js';

/**
 * Whoever exported the keys has seen a newer digest: the copy is older than they are, or its end was cut off.
 * @param origin bucket and prefix to which CloudTrail delivered the chain, with a slash at the end
 */
export function compareWithExport(context: ValidationContext, chain: ChainFiles, origin: string): void {
  const { exportedSignatures, findings, source, range } = context;
  const newest = chain.digests.at(-1);
  if (newest === undefined || range.toMs !== undefined) return;
  const ownId = ['', ...chain.id.split('|').slice(1)].join('|');
  let later: { relative: string; endMs: number } | undefined;
  for (const known of exportedSignatures.keys()) {
    if (!known.startsWith(`${origin}AWSLogs/`)) continue;
    const placed = placeDigest(known.slice(origin.length));
    if (placed === undefined || placed.name.isBackfill || chainId(placed) !== ownId) continue;
    const { endMs } = placed.name;
    if (endMs > Math.max(newest.name.endMs, later?.endMs ?? 0)) later = { relative: placed.relative, endMs };
  }
  if (later === undefined) return;
  const message = `the newest digest here, but whoever exported the keys has seen a later one (${later.relative}): the copy is older than the keys, or its end was removed`;
  findings.add('warning', 'chain-newer-known', source.placeOf(newest.path), message);
}
