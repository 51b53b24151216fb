// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '../../../ports/clock.js';
import type { CallEntry, EventLog, LoggedRecord } from '../../../ports/event-log.js';
import { silentLog } from '../../../ports/operator-log.js';
import { type TrailDocument, trailArn, trailKey } from '../../../trails/trail.js';

import type { LogDestination } from '../log-destination.js';
import type { OutboxDisk } from '../outbox-disk.js';
import { type Delivery, type DeliveryOptions, startDelivery } from '../start-delivery.js';
import type { After } from '../timers.js';
import type { TrailNotices } from '../trail-notices.js';
import { MemoryDestination } from './memory-destination.js';
import { MemoryEventLog } from './memory-event-log.js';
import { MemoryNotices } from './memory-notices.js';
import { SimulatedDisk } from './simulated-disk.js';

export const account = '111122223333';
export const startMs = Date.parse('2026-11-21T10:05:30Z');

/** Timers that never ring: what a test wants done it asks for. */
export const never: After = () => () => {};

export interface SceneParts {
  readonly eventLog?: EventLog;
  readonly disk?: OutboxDisk;
  readonly destination?: LogDestination;
  readonly notices?: TrailNotices;
}

/** A log, a disk and buckets that outlive any number of deliveries started over them. */
export class DeliveryScene {
  readonly eventLog = new MemoryEventLog();
  readonly disk = new SimulatedDisk();
  readonly destination = new MemoryDestination();
  readonly notices = new MemoryNotices();
  readonly clock = new ManualClock(startMs);
  #names = 0;

  start(parts: SceneParts = {}, options: Partial<DeliveryOptions> = {}): Promise<Delivery> {
    return startDelivery({
      eventLog: parts.eventLog ?? this.eventLog,
      disk: parts.disk ?? this.disk,
      destination: parts.destination ?? this.destination,
      notices: parts.notices ?? this.notices,
      clock: this.clock,
      log: silentLog,
      dir: 'unused',
      intervalMs: 60_000,
      after: never,
      random: () => 0.5,
      uniqueName: () => `Unique${String(this.#names++).padStart(10, '0')}`,
      ...options,
    });
  }

  async append(entry: Partial<CallEntry>): Promise<void> {
    await this.eventLog.append({ kind: 'call', records: [], changes: [], ...entry });
  }

  /** Appends one event of its own entry. */
  async event(eventID: string, facts: Partial<LoggedRecord> & { eventSource?: string } = {}): Promise<void> {
    await this.append({ records: [record(eventID, facts)] });
  }

  /** A call that makes, changes or (null) deletes a trail, with the call's own event. */
  async setTrail(trail: TrailDocument, eventID: string, value: TrailDocument | null = trail): Promise<void> {
    const key = trailKey(trail.accountId, trail.homeRegion, trail.name);
    await this.append({
      records: [record(eventID, { region: trail.homeRegion })],
      changes: [{ key, value }],
    });
  }
}

export function record(
  eventID: string,
  { eventSource = 'ec2.amazonaws.com', ...facts }: Partial<LoggedRecord> & { eventSource?: string } = {},
): LoggedRecord {
  const region = facts.region ?? 'us-east-1';
  const json = JSON.stringify({
    eventVersion: '1.11',
    eventTime: '2026-11-21T10:05:00Z',
    eventSource,
    awsRegion: region,
    eventID,
  });
  return { accountId: account, category: 'Management', json, ...facts, region };
}

export function trail(name: string, facts: Partial<TrailDocument> = {}): TrailDocument {
  const homeRegion = facts.homeRegion ?? 'us-east-1';
  return {
    name,
    arn: trailArn(account, homeRegion, name),
    accountId: account,
    homeRegion,
    s3BucketName: `${name}-logs`,
    includeGlobalServiceEvents: true,
    isMultiRegionTrail: false,
    isOrganizationTrail: false,
    logFileValidationEnabled: false,
    isLogging: true,
    createdAtMs: startMs,
    tags: {},
    ...facts,
  };
}
