// SPDX-License-Identifier: Apache-2.0
import {
  chainId,
  logFolderId,
  type PlacedDigest,
  placeDigest,
  placeLogFile,
} from '../../digest/verify-place.js';
import type { FileSource, ListedFile } from './file-source.js';

export interface ListedDigest extends PlacedDigest {
  readonly path: string;
  readonly sizeBytes: number | undefined;
  readonly mark: string | undefined;
}

/** The digests of one trail for one account and Region below one root. */
export interface ChainFiles {
  readonly id: string;
  readonly root: string;
  readonly name: PlacedDigest['name'];
  /** By their end times, oldest first. */
  readonly digests: ListedDigest[];
  readonly backfills: ListedDigest[];
}

export type ListedLogFile = Omit<ListedFile, 'path'>;

/** The log files of one account and Region below one root, by their paths from `AWSLogs/` on. */
export interface LogFolder {
  readonly root: string;
  readonly accountId: string;
  readonly region: string;
  readonly files: Map<string, ListedLogFile>;
}

/** What lies below an address. Held in memory: some 300 bytes a log file. */
export interface Inventory {
  readonly chains: readonly ChainFiles[];
  readonly folders: ReadonlyMap<string, LogFolder>;
  readonly filesCount: number;
}

export async function takeInventory(source: FileSource): Promise<Inventory> {
  const chains = new Map<string, ChainFiles>();
  const folders = new Map<string, LogFolder>();
  let filesCount = 0;
  await source.list((file) => {
    filesCount++;
    if (file.path.includes('/CloudTrail-Digest/')) addDigest(chains, file);
    else addLogFile(folders, file);
  });
  for (const { digests, backfills } of chains.values()) {
    digests.sort(byEnd);
    backfills.sort(byEnd);
  }
  return { chains: [...chains.values()], folders, filesCount };
}

function byEnd(a: ListedDigest, b: ListedDigest): number {
  return a.name.endMs - b.name.endMs;
}

function addDigest(chains: Map<string, ChainFiles>, { path, sizeBytes, mark }: ListedFile): void {
  const placed = placeDigest(path);
  if (placed === undefined) return;
  const id = chainId(placed);
  let chain = chains.get(id);
  if (chain === undefined) {
    chain = { id, root: placed.root, name: placed.name, digests: [], backfills: [] };
    chains.set(id, chain);
  }
  (placed.name.isBackfill ? chain.backfills : chain.digests).push({ ...placed, path, sizeBytes, mark });
}

function addLogFile(folders: Map<string, LogFolder>, { path, ...facts }: ListedFile): void {
  const placed = placeLogFile(path);
  if (placed === undefined) return;
  const { root, relative, name } = placed;
  const id = logFolderId(root, name);
  let folder = folders.get(id);
  if (folder === undefined) {
    folder = { root, accountId: name.accountId, region: name.region, files: new Map() };
    folders.set(id, folder);
  }
  folder.files.set(relative, facts);
}
