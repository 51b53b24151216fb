// SPDX-License-Identifier: Apache-2.0
import type { LogFileKind } from '../../digest/log-file-name.js';
import type { EventCategory, LoggedRecord } from '../../ports/event-log.js';
import type { TrailRoute } from '../../trails/trail-fold.js';
import { logFileTextBytesMax } from './limits.js';

/** The records of one file to be: one trail, one destination, one key, one account, one Region, one kind. */
export interface RecordBuffer {
  readonly route: TrailRoute;
  /** `CloudTrail` when absent. */
  readonly kind?: LogFileKind;
  readonly accountId: string;
  readonly region: string;
  readonly records: string[];
  /** Bytes of the file's text so far, with what stands around the records. */
  textBytes: number;
}

/** `{"Records":[` and `]}` */
const frameBytes = 14;

/**
 * Records that wait for the next flush. A record that goes to several trails is held once; every buffer has only a
 * reference to its text.
 */
export class RecordBuffers {
  /** By what a file has in common: its files, the last one still open. */
  readonly #buffers = new Map<string, RecordBuffer[]>();
  /** The same, found without making a key for every record. */
  readonly #byRoute = new Map<TrailRoute, Map<string, RecordBuffer[]>>();
  #bytes = 0;

  /** Of the records' texts; a record of several trails counts once, as it is held once. */
  get bytes(): number {
    return this.#bytes;
  }

  /** In a fixed order, so that a flush done again makes its files in the same order. */
  list(): RecordBuffer[] {
    const keys = [...this.#buffers.keys()].sort();
    return keys.flatMap((key) => this.#buffers.get(key) as RecordBuffer[]);
  }

  add(record: LoggedRecord, routes: readonly TrailRoute[]): void {
    if (routes.length === 0) return;
    const recordBytes = Buffer.byteLength(record.json);
    const place = `${record.accountId} ${record.region} ${kindOf(record.category) ?? ''}`;
    for (const route of routes) addRecord(this.#filesFor(route, place, record), route, record, recordBytes);
    this.#bytes += recordBytes;
  }

  clear(): void {
    this.#buffers.clear();
    this.#byRoute.clear();
    this.#bytes = 0;
  }

  #filesFor(route: TrailRoute, place: string, record: LoggedRecord): RecordBuffer[] {
    let ofRoute = this.#byRoute.get(route);
    if (ofRoute === undefined) {
      ofRoute = new Map();
      this.#byRoute.set(route, ofRoute);
    }
    let files = ofRoute.get(place);
    if (files === undefined) {
      files = this.#findOrMake(route, record);
      ofRoute.set(place, files);
    }
    return files;
  }

  /** Destination and key are part of it: what was recorded before UpdateTrail goes where the trail pointed then. */
  #findOrMake(route: TrailRoute, { accountId, region, category }: LoggedRecord): RecordBuffer[] {
    const key = JSON.stringify([
      route.arn,
      route.createdAtMs,
      route.bucket,
      route.prefix ?? '',
      route.kmsKeyArn ?? '',
      route.organizationId ?? '',
      // What was recorded while validation was on is digested, whatever became of the trail since.
      route.hasDigests ?? false,
      accountId,
      region,
      kindOf(category) ?? '',
    ]);
    let files = this.#buffers.get(key);
    if (files === undefined) {
      files = [];
      this.#buffers.set(key, files);
    }
    return files;
  }
}

/** Source: CloudTrail User Guide, "Finding your CloudTrail log files". */
function kindOf(category: EventCategory): LogFileKind | undefined {
  switch (category) {
    case 'NetworkActivity':
      return 'CloudTrail-NetworkActivity';
    case 'Aggregated':
      return 'CloudTrail-Aggregated';
    default:
      return undefined;
  }
}

/** To the file that is still open, or to a new one when that would become too large. */
function addRecord(
  files: RecordBuffer[],
  route: TrailRoute,
  { accountId, region, category, json }: LoggedRecord,
  recordBytes: number,
): void {
  let file = files.at(-1);
  if (file === undefined || file.textBytes + recordBytes + 1 > logFileTextBytesMax) {
    const kind = kindOf(category);
    const place = { accountId, region, ...(kind === undefined ? {} : { kind }) };
    file = { route, ...place, records: [], textBytes: frameBytes };
    files.push(file);
  }
  file.records.push(json);
  // With the comma.
  file.textBytes += recordBytes + 1;
}
