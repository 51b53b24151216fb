// SPDX-License-Identifier: Apache-2.0
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { writeFileDurably } from '../../data-directory/durable-file.js';
import type { ListedDigest } from './inventory.js';

/** A digest that was proven, with the marks of itself and of its log files at that time. */
export interface VerifiedDigest {
  readonly path: string;
  readonly mark: string;
  readonly sha256: string;
  readonly startMs: number;
  readonly bucket: string;
  readonly object: string;
  /** Null for a starting digest. */
  readonly previous: {
    readonly bucket: string;
    readonly object: string;
    readonly hash: string | null;
  } | null;
  /** Bucket, key and mark of each log file that was good. */
  readonly logFiles: readonly (readonly [bucket: string, key: string, mark: string])[];
  readonly logFilesCount: number;
}

const formatLine = 'cairn verified files 1';

/**
 * What need not be read again: objects whose listing is what it was when they were found good. Only of buckets; a disk
 * is read every time.
 *
 * Whoever changed this file could hide an altered log file, so it carries a MAC under a key of the user's own. Without
 * that key, or with another one (the file came from elsewhere, or somebody edited it), all of it is left unused and
 * everything is read again. The file may be removed at any time.
 */
export class VerifiedFiles {
  readonly #paths: { readonly file: string; readonly key: string } | undefined;
  readonly #sourceId: string;
  readonly #known = new Map<string, VerifiedDigest>();
  readonly #kept = new Map<string, VerifiedDigest>();
  /** Why what is there is not used. */
  readonly unusedReason: string | undefined;

  constructor(paths: { file: string; key: string } | undefined, sourceId: string) {
    this.#paths = paths;
    this.#sourceId = sourceId;
    this.unusedReason = paths === undefined ? undefined : this.#read(paths);
  }

  /** The digest as it was verified, if its listing is still the same. */
  unchanged({ path, mark }: ListedDigest): VerifiedDigest | undefined {
    const known = this.#known.get(path);
    return known !== undefined && mark !== undefined && known.mark === mark ? known : undefined;
  }

  keep(verified: VerifiedDigest): void {
    this.#kept.set(verified.path, verified);
  }

  save(): void {
    if (this.#paths === undefined) return;
    // What this run did not look at (another range, another trail) is as good as it was.
    const all = new Map([...this.#known, ...this.#kept]);
    const lines = Array.from(all.values(), (one) => JSON.stringify(one)).join('\n');
    const body = gzipSync(lines, { level: 1 });
    const { file, key } = this.#paths;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const head = Buffer.from(`${formatLine} ${this.#mac(ownKey(key), body)}\n`);
    writeFileDurably(file, Buffer.concat([head, body]));
  }

  #read({ file, key }: { file: string; key: string }): string | undefined {
    const bytes = readIfThere(file);
    if (bytes === undefined) return undefined;
    const lineEnd = bytes.indexOf(0x0a);
    const [, mac] =
      /^cairn verified files 1 ([0-9a-f]{64})$/.exec(bytes.toString('latin1', 0, lineEnd)) ?? [];
    const body = bytes.subarray(lineEnd + 1);
    const secret = readIfThere(key);
    const isOurs =
      mac !== undefined &&
      secret?.length === keyBytes &&
      timingSafeEqual(Buffer.from(mac), Buffer.from(this.#mac(secret, body)));
    if (!isOurs) return `${file} was not written here by you, or was changed since: everything is read again`;
    for (const line of gunzipSync(body).toString('utf8').split('\n')) {
      if (line === '') continue;
      const verified = JSON.parse(line) as VerifiedDigest;
      this.#known.set(verified.path, verified);
    }
    return undefined;
  }

  #mac(secret: Uint8Array, body: Uint8Array): string {
    return createHmac('sha256', secret)
      .update(`${formatLine}\n${this.#sourceId}\n`)
      .update(body)
      .digest('hex');
  }
}

const keyBytes = 32;

function ownKey(path: string): Uint8Array {
  const found = readIfThere(path);
  if (found?.length === keyBytes) return found;
  const made = randomBytes(keyBytes);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileDurably(path, made);
  return made;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
