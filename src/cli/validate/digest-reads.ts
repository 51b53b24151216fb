// SPDX-License-Identifier: Apache-2.0
import { parseDigest } from '../../digest/digest-document.js';
import { previousOf } from '../../digest/verify-chain.js';
import { placeDigest } from '../../digest/verify-place.js';
import type { Seen } from './chain-links.js';
import type { CheckedFile } from './check-file.js';
import type { ListedDigest } from './inventory.js';
import type { ValidationContext } from './validation-context.js';
import type { VerifiedDigest } from './verified-files.js';

export interface Fetched {
  readonly known?: VerifiedDigest;
  readonly checked?: CheckedFile;
}

/** The digests of one chain on their way: each is read once, some ahead of the walk. */
export class DigestReads {
  readonly #context: ValidationContext;
  readonly #areLogsUnchanged: (known: VerifiedDigest) => boolean;
  readonly #reading = new Map<ListedDigest, Promise<Fetched>>();

  constructor(context: ValidationContext, areLogsUnchanged: (known: VerifiedDigest) => boolean) {
    this.#context = context;
    this.#areLogsUnchanged = areLogsUnchanged;
  }

  fetch(digest: ListedDigest): Promise<Fetched> {
    let fetched = this.#reading.get(digest);
    if (fetched === undefined) {
      fetched = this.#fetchNow(digest);
      // Awaited later: until then a failure must not count as nobody's.
      fetched.catch(() => undefined);
      this.#reading.set(digest, fetched);
    }
    return fetched;
  }

  forget(digest: ListedDigest): void {
    this.#reading.delete(digest);
  }

  async read({ path, sizeBytes }: ListedDigest): Promise<CheckedFile> {
    const { source, pool } = this.#context;
    const bucket = source.bucket === undefined ? {} : { bucket: source.bucket };
    const size = sizeBytes === undefined ? {} : { sizeBytes };
    const { checked } = await pool.accept({ path, want: 'content', ...bucket, ...size });
    return checked;
  }

  async #fetchNow(digest: ListedDigest): Promise<Fetched> {
    const { verified, isFull } = this.#context;
    const known = isFull ? undefined : verified.unchanged(digest);
    if (known !== undefined && this.#areLogsUnchanged(known)) return { known };
    return { checked: await this.read(digest), ...(known === undefined ? {} : { known }) };
  }
}

/** A digest of which only its word about the one before it is asked. */
export async function seenBeyond(reads: DigestReads, digest: ListedDigest): Promise<Seen | undefined> {
  const checked = await reads.read(digest);
  if (checked.outcome !== 'read' || checked.content === undefined) return undefined;
  const document = parseDigest(Buffer.from(checked.content).toString('utf8'));
  const previous = document && previousOf(document);
  if (!previous) return undefined;
  return { digest, standing: 'bad', sha256: undefined, startMs: 0, origin: undefined, previous };
}

/** The place that a digest gives as its own, if it can be its own. */
export function originOf(
  digest: ListedDigest,
  { known, checked }: Fetched,
): { bucket: string; object: string } | undefined {
  if (known !== undefined) return known;
  if (checked?.outcome !== 'read' || checked.content === undefined) return undefined;
  const document = parseDigest(Buffer.from(checked.content).toString('utf8'));
  if (document === undefined || placeDigest(document.digestS3Object)?.relative !== digest.relative)
    return undefined;
  return { bucket: document.digestS3Bucket, object: document.digestS3Object };
}
