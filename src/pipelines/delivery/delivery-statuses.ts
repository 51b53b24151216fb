// SPDX-License-Identifier: Apache-2.0

import type { OperatorLog } from '../../ports/operator-log.js';
import type { LostEvents, TrailDeliveryStatus } from '../../trails/delivery-status.js';
import { type OutboxDisk, replaceFile } from './outbox-disk.js';

type SavedStatus = Omit<TrailDeliveryStatus, 'waitingFiles' | 'waitingBytes'>;
type Change = { -readonly [Member in keyof SavedStatus]?: SavedStatus[Member] | undefined };

const fileName = 'status.json';

/** How every trail's deliveries went last, kept in one small file beside the outbox. */
export class DeliveryStatuses {
  readonly #disk: OutboxDisk;
  readonly #log: OperatorLog;
  readonly #statuses: Map<string, SavedStatus>;
  #saving: Promise<void> = Promise.resolve();
  #isSaveWaiting = false;

  private constructor(disk: OutboxDisk, log: OperatorLog, statuses: Map<string, SavedStatus>) {
    this.#disk = disk;
    this.#log = log;
    this.#statuses = statuses;
  }

  static async open(disk: OutboxDisk, log: OperatorLog): Promise<DeliveryStatuses> {
    const names = await disk.list();
    if (!names.includes(fileName)) return new DeliveryStatuses(disk, log, new Map());
    const text = Buffer.from(await disk.read(fileName)).toString();
    try {
      return new DeliveryStatuses(
        disk,
        log,
        new Map(Object.entries(JSON.parse(text) as Record<string, SavedStatus>)),
      );
    } catch (error) {
      log.warn({ err: error }, 'the delivery status file is damaged: statuses start anew');
      return new DeliveryStatuses(disk, log, new Map());
    }
  }

  get(trailArn: string): SavedStatus | undefined {
    return this.#statuses.get(trailArn);
  }

  /** Notes a change and makes it durable. A status that cannot be saved holds nothing up: it is told to the log. */
  async note(trailArn: string, trailCreatedAtMs: number, change: Change): Promise<void> {
    const known = this.#statuses.get(trailArn);
    // Files of a trail that was deleted still go out; they say nothing of its successor.
    if (known !== undefined && known.trailCreatedAtMs > trailCreatedAtMs) return;
    const before = known?.trailCreatedAtMs === trailCreatedAtMs ? known : { trailCreatedAtMs };
    this.#statuses.set(trailArn, withChange(before, change));
    await this.#save();
  }

  async noteLost(trailArn: string, trailCreatedAtMs: number, lost: LostEvents): Promise<void> {
    const known = this.#statuses.get(trailArn);
    const before = known?.trailCreatedAtMs === trailCreatedAtMs ? known.lost : undefined;
    await this.note(trailArn, trailCreatedAtMs, { lost: addLost(before, lost) });
  }

  /** Forgets trails that are gone: GetTrailStatus cannot ask for them any more. */
  keepOnly(trailArns: ReadonlySet<string>): void {
    for (const arn of this.#statuses.keys()) if (!trailArns.has(arn)) this.#statuses.delete(arn);
  }

  /** One write at a time; changes that come meanwhile share the next one. */
  #save(): Promise<void> {
    if (this.#isSaveWaiting) return this.#saving;
    this.#isSaveWaiting = true;
    this.#saving = this.#saving.then(async () => {
      this.#isSaveWaiting = false;
      try {
        await replaceFile(this.#disk, fileName, JSON.stringify(Object.fromEntries(this.#statuses)));
      } catch (error) {
        this.#log.warn({ err: error }, 'the delivery status could not be saved');
      }
    });
    return this.#saving;
  }
}

/** Members that change to undefined are taken away. */
function withChange(status: SavedStatus, change: Change): SavedStatus {
  const entries = Object.entries({ ...status, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as SavedStatus;
}

export function addLost(before: LostEvents | undefined, more: LostEvents): LostEvents {
  if (before === undefined) return more;
  return {
    eventCount: before.eventCount + more.eventCount,
    firstLostMs: Math.min(before.firstLostMs, more.firstLostMs),
    lastLostMs: Math.max(before.lastLostMs, more.lastLostMs),
    reason: more.reason,
  };
}
