// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../ports/operator-log.js';
import type { SideDeliveryStatus } from '../../trails/delivery-status.js';
import { type OutboxDisk, replaceFile } from '../delivery/outbox-disk.js';

const fileName = 'status.json';

/** How each trail's digests went last, kept in one small file. A status that cannot be saved holds nothing up. */
export class DigestStatuses {
  readonly #disk: OutboxDisk;
  readonly #log: OperatorLog;
  #statuses = new Map<string, SideDeliveryStatus>();
  #isChanged = false;

  constructor(disk: OutboxDisk, log: OperatorLog) {
    this.#disk = disk;
    this.#log = log;
  }

  async load(names: readonly string[]): Promise<void> {
    if (!names.includes(fileName)) return;
    const text = Buffer.from(await this.#disk.read(fileName)).toString();
    try {
      this.#statuses = new Map(Object.entries(JSON.parse(text) as Record<string, SideDeliveryStatus>));
    } catch (error) {
      this.#log.warn({ err: error }, 'the digest status file is damaged: statuses start anew');
    }
  }

  get(trailArn: string): SideDeliveryStatus | undefined {
    return this.#statuses.get(trailArn);
  }

  noteDelivered(trailArn: string, trailCreatedAtMs: number, latestDeliveryMs: number): void {
    this.#note(trailArn, { trailCreatedAtMs, latestDeliveryMs });
  }

  noteFailed(trailArn: string, trailCreatedAtMs: number, latestError: string): void {
    const known = this.#statuses.get(trailArn);
    const last = known?.trailCreatedAtMs === trailCreatedAtMs ? known.latestDeliveryMs : undefined;
    const delivered = last === undefined ? {} : { latestDeliveryMs: last };
    this.#note(trailArn, { trailCreatedAtMs, ...delivered, latestError });
  }

  /** Forgets trails that are gone: GetTrailStatus cannot ask for them any more. */
  keepOnly(isThere: (trailArn: string) => boolean): void {
    for (const arn of this.#statuses.keys()) if (!isThere(arn)) this.#statuses.delete(arn);
  }

  async save(): Promise<void> {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    try {
      await replaceFile(this.#disk, fileName, JSON.stringify(Object.fromEntries(this.#statuses)));
    } catch (error) {
      this.#log.warn({ err: error }, 'the digest status could not be saved');
    }
  }

  /** Digests of a trail that was deleted still go out; they say nothing of its successor. */
  #note(trailArn: string, status: SideDeliveryStatus): void {
    const known = this.#statuses.get(trailArn);
    if (known !== undefined && known.trailCreatedAtMs > status.trailCreatedAtMs) return;
    this.#statuses.set(trailArn, status);
    this.#isChanged = true;
  }
}
