// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import { publicKeyFingerprint } from '../../../digest/digest-signature.js';
import type { EventLog, LogEntry, Position } from '../../../ports/event-log.js';
import { silentLog } from '../../../ports/operator-log.js';
import { TrailFold } from '../../../trails/trail-fold.js';
import type { LogDestination, LogFileUpload, UploadOutcome } from '../../delivery/log-destination.js';
import type { OutboxDisk } from '../../delivery/outbox-disk.js';
import type { Delivery } from '../../delivery/start-delivery.js';
import { DeliveryScene, never } from '../../delivery/testing/delivery-scene.js';
import { MemoryDestination } from '../../delivery/testing/memory-destination.js';
import { MemoryEventLog } from '../../delivery/testing/memory-event-log.js';
import { SimulatedDisk } from '../../delivery/testing/simulated-disk.js';
import { type Digests, type DigestsOptions, startDigests } from '../start-digests.js';
import { undeliveredFlushes } from '../undelivered-flushes.js';

/** One pair for all tests, and a small one: thousands of digests are signed. */
const pair = generateKeyPairSync('rsa', { modulusLength: 512 });
export const publicKey = pair.publicKey;
export const fingerprint = publicKeyFingerprint(publicKey.export({ format: 'der', type: 'pkcs1' }));

export const intervalMs = 10_000;

/** A MemoryEventLog whose entries carry the scene's time; never less than the entry before. */
export class StampedEventLog extends MemoryEventLog {
  readonly #now: () => number;

  constructor(now: () => number) {
    super();
    this.#now = now;
  }

  override async append(entry: LogEntry): Promise<Position> {
    const before = this.entries.at(-1)?.appendedAtMs ?? 0;
    const position = await super.append(entry);
    const stored = this.entries.pop();
    if (stored !== undefined) this.entries.push({ ...stored, appendedAtMs: Math.max(before, this.#now()) });
    return position;
  }
}

/** A MemoryDestination that keeps user metadata, where digests have their signature. */
export class SignedDestination extends MemoryDestination {
  readonly metadata = new Map<string, Readonly<Record<string, string>>>();

  override async put(upload: LogFileUpload): Promise<UploadOutcome> {
    const outcome = await super.put(upload);
    if (outcome.kind === 'stored') this.metadata.set(`${upload.bucket}/${upload.key}`, upload.metadata ?? {});
    return outcome;
  }
}

export interface DigestSceneParts {
  readonly eventLog?: EventLog;
  readonly disk?: OutboxDisk;
  readonly digestDisk?: OutboxDisk;
  readonly destination?: LogDestination;
}

/** One life of a delivery with its digests. */
export interface Life {
  readonly delivery: Delivery;
  readonly digests: Digests;
  stop(): Promise<void>;
}

/** A log, disks and buckets that outlive any number of lives. */
export class DigestScene extends DeliveryScene {
  override readonly eventLog: StampedEventLog = new StampedEventLog(() => this.clock.now());
  override readonly destination = new SignedDestination();
  readonly digestDisk: SimulatedDisk = new SimulatedDisk();

  async begin(parts: DigestSceneParts = {}, options: Partial<DigestsOptions> = {}): Promise<Life> {
    const eventLog = parts.eventLog ?? this.eventLog;
    const destination = parts.destination ?? this.destination;
    const outbox = parts.disk ?? this.disk;
    const digests = await startDigests({
      eventLog,
      destination,
      clock: this.clock,
      log: silentLog,
      keys: { keyFor: () => Promise.resolve({ fingerprint, privateKey: pair.privateKey }) },
      dir: 'unused',
      intervalMs,
      trails: () => this.#trails(),
      undelivered: () => undeliveredFlushes(outbox),
      disk: parts.digestDisk ?? this.digestDisk,
      after: never,
      random: () => 0.5,
      graceMs: 0,
      ...options,
    });
    const delivery = await this.start(parts, {
      onDelivered: (manifest, deliveredAtMs) => digests.onDelivered(manifest, deliveredAtMs),
    });
    digests.attach(delivery);
    return {
      delivery,
      digests,
      stop: async () => {
        await delivery.stop();
        await digests.stop();
      },
    };
  }

  #trails(): ReturnType<TrailFold['save']> {
    const fold = new TrailFold();
    for (const { entry } of this.eventLog.entries) if (entry.kind === 'call') fold.apply(entry.changes);
    return fold.save();
  }
}
