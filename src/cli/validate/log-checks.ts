// SPDX-License-Identifier: Apache-2.0
import { type DigestedFile, digestHashAlgorithm } from '../../digest/digest-document.js';
import { logFolderId, placeDigest, relativeToRoot } from '../../digest/verify-place.js';
import { isAboutTrail } from '../../digest/verify-stop.js';
import { isBucketLike } from './aws-requests.js';
import type { CheckedFile } from './check-file.js';
import type { ChainFiles, LogFolder } from './inventory.js';
import type { LogFileCounts } from './report.js';
import type { ValidationContext } from './validation-context.js';
import type { VerifiedDigest } from './verified-files.js';

/** What a digest's log files are checked with. */
export interface LogFileTask {
  /** The bucket of the digest's original place, and the prefix of its key. */
  readonly bucket: string;
  readonly prefix: string | undefined;
  /** The digest lies where CloudTrail put it, so files in other buckets are where they are said to be. */
  readonly isOriginalPlace: boolean;
  /** Marks of those that need not be read again, by `bucket/key`. */
  readonly unchanged: ReadonlyMap<string, string> | undefined;
  /** The calls that stopped the trail are looked for in them. */
  readonly wantsStops: boolean;
  /** A log file was found good, or was good before. */
  readonly onGood: (bucket: string, key: string, mark: string | undefined) => void;
}

interface FoundLogFile {
  /** From `AWSLogs/` on. */
  readonly relative: string;
  readonly root: string;
  readonly folder: LogFolder | undefined;
  /** It was delivered to another prefix than its digest's, and that one is not below the address. */
  readonly isFormer: boolean;
}

/** Checks the log files of one chain; they run on while its digests are being read. */
export class LogChecks {
  readonly #context: ValidationContext;
  readonly #chain: ChainFiles;
  readonly #counts: LogFileCounts;
  #running = 0;
  #onIdle: (() => void) | undefined;

  constructor(context: ValidationContext, chain: ChainFiles, counts: LogFileCounts) {
    this.#context = context;
    this.#chain = chain;
    this.#counts = counts;
  }

  /** Resolves once the file is on its way. */
  async start(file: DigestedFile, task: LogFileTask): Promise<void> {
    const { source, pool } = this.#context;
    const place = this.#placeOf(file, task);
    if (place === undefined) {
      this.#context.findings.add(
        'invalid',
        'log-missing',
        source.placeOf(file.s3Object, file.s3Bucket),
        'a digest lists it, and this is no place at which CloudTrail puts log files',
      );
      this.#counts.missing++;
      return;
    }
    const { path, bucket, relative, folder } = place;
    const listed = folder?.files.get(relative);
    if (listed === undefined && place.isElsewhere) {
      this.#counts.unread++;
      const message = `the log file was delivered to s3://${file.s3Bucket}/${file.s3Object}, where the trail delivered before: no copy of it is here`;
      this.#context.findings.add('unchecked', 'log-elsewhere', source.placeOf(path, bucket), message);
      this.#context.onFile();
      return;
    }
    folder?.files.delete(relative);
    const isUnchanged =
      listed?.mark !== undefined &&
      task.unchanged?.get(`${file.s3Bucket}/${file.s3Object}`) === listed.mark &&
      !task.wantsStops;
    if (isUnchanged) {
      this.#counts.valid++;
      this.#counts.unchanged++;
      task.onGood(file.s3Bucket, file.s3Object, listed.mark);
      this.#context.onFile();
      return;
    }
    const want = task.wantsStops ? 'stops' : 'hash';
    const { checked } = await pool.accept({
      path,
      want,
      ...(bucket === undefined ? {} : { bucket }),
      ...(listed?.sizeBytes === undefined ? {} : { sizeBytes: listed.sizeBytes }),
    });
    this.#running++;
    void checked.then((answer) => {
      this.#judge(file, task, answer, source.placeOf(path, bucket), listed?.mark);
      if (--this.#running === 0) this.#onIdle?.();
    });
  }

  /** What an invalid digest listed: neither proven nor planted. */
  setAside(files: readonly DigestedFile[], prefix: string | undefined): void {
    this.#counts.unproven += files.length;
    this.passOver(files, prefix);
    for (const _ of files) this.#context.onFile();
  }

  /** They belong to a digest outside of the range: not checked, and covered all the same. */
  passOver(files: readonly DigestedFile[], prefix: string | undefined): void {
    for (const { s3Object } of files) {
      const found = this.#find(s3Object, prefix);
      found?.folder?.files.delete(found.relative);
    }
  }

  /** Whether all log files of a digest look as they did when they were verified. */
  areUnchanged(known: VerifiedDigest): boolean {
    if (known.logFiles.length !== known.logFilesCount) return false;
    const prefix = placeDigest(known.object)?.name.prefix;
    return known.logFiles.every(([, key, mark]) => {
      const found = this.#find(key, prefix);
      return found !== undefined && found.folder?.files.get(found.relative)?.mark === mark;
    });
  }

  countUnchanged(known: VerifiedDigest, isInRange: boolean): void {
    const prefix = placeDigest(known.object)?.name.prefix;
    for (const [, key] of known.logFiles) {
      const found = this.#find(key, prefix);
      found?.folder?.files.delete(found.relative);
      if (!isInRange) continue;
      this.#counts.valid++;
      this.#counts.unchanged++;
      this.#context.onFile();
    }
  }

  #folderAt(root: string): LogFolder | undefined {
    return this.#context.inventory.folders.get(logFolderId(root, this.#chain.name));
  }

  /**
   * A log file lies below the root of its digest; or, of a trail that was given another prefix since, below the one that it
   * had. A copy of a whole bucket has both. Only what was listed is found: a digest's paths lead nowhere else.
   */
  #find(key: string, prefix: string | undefined): FoundLogFile | undefined {
    const relative = relativeToRoot(key, prefix);
    if (relative === undefined) return undefined;
    const { root } = this.#chain;
    const keyRoot = key.slice(0, key.length - relative.length);
    const digestRoot = prefix === undefined ? '' : `${prefix}/`;
    if (keyRoot === digestRoot) return { relative, root, folder: this.#folderAt(root), isFormer: false };
    const base = root.endsWith(digestRoot) ? root.slice(0, root.length - digestRoot.length) : undefined;
    // A disk has one slash where a key has several.
    const formerRoots = [keyRoot, keyRoot.replace(/^\/+/, '').replace(/\/{2,}/g, '/')];
    for (const former of formerRoots) {
      const folder = base === undefined ? undefined : this.#folderAt(`${base}${former}`);
      if (folder !== undefined) return { relative, root: folder.root, folder, isFormer: false };
    }
    return { relative, root, folder: this.#folderAt(root), isFormer: true };
  }

  async finished(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#onIdle = undefined;
  }

  /** A copy has everything below its own root; an original may name files in a bucket that the trail used before. */
  #placeOf(
    file: DigestedFile,
    task: LogFileTask,
  ): (FoundLogFile & { path: string; bucket: string | undefined; isElsewhere: boolean }) | undefined {
    const found = this.#find(file.s3Object, task.prefix);
    if (found === undefined) return undefined;
    const { bucket } = this.#context.source;
    if (bucket !== undefined && task.isOriginalPlace && !isBucketLike(file.s3Bucket)) return undefined;
    if (bucket !== undefined && task.isOriginalPlace)
      return { ...found, path: file.s3Object, bucket: file.s3Bucket, isElsewhere: false };
    const isElsewhere = found.isFormer || file.s3Bucket !== task.bucket;
    return { ...found, path: `${found.root}${found.relative}`, bucket, isElsewhere };
  }

  #judge(
    file: DigestedFile,
    task: LogFileTask,
    answer: CheckedFile,
    place: string,
    mark: string | undefined,
  ): void {
    const { findings } = this.#context;
    this.#context.onFile();
    if (answer.outcome === 'missing') {
      this.#counts.missing++;
      findings.add('invalid', 'log-missing', place, 'the log file is not there');
    } else if (answer.outcome === 'damaged') {
      this.#counts.invalid++;
      findings.add('invalid', 'log-unreadable', place, `the log file was altered: ${answer.reason}`);
    } else if (answer.outcome === 'unreadable') {
      this.#counts.unread++;
      findings.add('unchecked', 'log-not-read', place, `the log file could not be read: ${answer.reason}`);
    } else if (file.hashAlgorithm !== digestHashAlgorithm) {
      this.#counts.unread++;
      findings.add(
        'unchecked',
        'log-not-read',
        place,
        `its hash is of an unknown kind, ${file.hashAlgorithm}`,
      );
    } else if (answer.sha256 !== file.hashValue.toLowerCase()) {
      this.#counts.invalid++;
      findings.add(
        'invalid',
        'log-altered',
        place,
        'the log file was altered: its hash is not the one in its digest',
      );
    } else if (answer.trailingBytes > 0) {
      this.#counts.invalid++;
      const message = `${answer.trailingBytes} bytes were appended to the log file: readers that go on behind its end see more than was delivered`;
      findings.add('invalid', 'log-appended', place, message);
    } else {
      this.#counts.valid++;
      task.onGood(file.s3Bucket, file.s3Object, mark);
      this.#noteStops(answer);
    }
  }

  #noteStops({ stops = [] }: CheckedFile & { outcome: 'read' }): void {
    const trail = trailOf(this.#chain);
    const own = stops.filter((event) => isAboutTrail(event, this.#chain.name.trailName));
    if (own.length === 0) return;
    this.#context.stops.set(trail, [...(this.#context.stops.get(trail) ?? []), ...own]);
  }
}

/** All chains of one trail below one root, whatever their accounts and Regions. */
export function trailOf({ root, name }: ChainFiles): string {
  return [root, name.homeRegion, name.trailName].join('|');
}
