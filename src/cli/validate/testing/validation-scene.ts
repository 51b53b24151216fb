// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FindingCode } from '../../../digest/verify-finding.js';
import { type ListedKey, PublicKeys } from '../../../digest/verify-keys.js';
import type { AwsConnection } from '../aws-requests.js';
import { openDiskSource } from '../disk-source.js';
import type { FileSource } from '../file-source.js';
import { RememberedHeads } from '../remembered-heads.js';
import type { Report } from '../report.js';
import { runValidation, type ValidationRequest } from '../run-validation.js';
import { openS3Source } from '../s3-source.js';
import { VerifiedFiles } from '../verified-files.js';
import type { MadeBucket } from './made-trail.js';

export interface SceneOptions
  extends Partial<Omit<ValidationRequest, 'source' | 'keysFor' | 'heads' | 'verified'>> {
  readonly keys: readonly ListedKey[];
}

/** A temporary folder for copies and state, and validations of them. */
export class ValidationScene {
  readonly folder = mkdtempSync(join(tmpdir(), 'cairn-validate-'));
  readonly copy = join(this.folder, 'copy');
  readonly heads = join(this.folder, 'heads.json');
  readonly verified = { file: join(this.folder, 'verified'), key: join(this.folder, 'own.key') };

  /** As `aws s3 sync` leaves a bucket on a disk: without metadata. */
  writeCopy(objects: MadeBucket, below = this.copy): void {
    rmSync(below, { recursive: true, force: true });
    for (const [key, { bytes }] of objects) {
      const path = join(below, key);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
  }

  async validateCopy(options: SceneOptions, below = this.copy): Promise<Report> {
    return this.validate(await openDiskSource(below), options);
  }

  async validateBucket(endpoint: string, address: string, options: SceneOptions): Promise<Report> {
    const [bucket, ...prefix] = address.split('/');
    const connection: AwsConnection = {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      isCertificateChecked: true,
    };
    return this.validate(openS3Source(connection, { bucket: bucket!, prefix: prefix.join('/') }), options);
  }

  async validate(source: FileSource, { keys, ...options }: SceneOptions): Promise<Report> {
    const heads = new RememberedHeads(this.heads);
    const verified = new VerifiedFiles(source.bucket === undefined ? undefined : this.verified, source.id);
    const trusted = new PublicKeys();
    for (const key of keys) trusted.add(key);
    const report = await runValidation({
      source,
      range: { fromMs: undefined, toMs: undefined },
      trail: undefined,
      heads,
      verified,
      isFull: false,
      accepts: false,
      threads: 1,
      nowMs: Date.parse('2026-03-01T12:00:00Z'),
      exportedSignatures: new Map(),
      keysFor: () => Promise.resolve(trusted),
      onListed: () => undefined,
      onFile: () => undefined,
      ...options,
    });
    heads.save();
    verified.save();
    return report;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The codes of a report's findings that are not warnings, and how often each. */
export function codesOf({ findings }: Report, severity = 'invalid'): Partial<Record<FindingCode, number>> {
  const counts: Partial<Record<FindingCode, number>> = {};
  for (const finding of findings)
    if (finding.severity === severity) counts[finding.code] = (counts[finding.code] ?? 0) + 1;
  return counts;
}
