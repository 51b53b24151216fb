// SPDX-License-Identifier: Apache-2.0
import type {
  EventSegments,
  SegmentAppend,
  SegmentSnapshot,
  SegmentStreamFacts,
} from '../../../ports/event-segments.js';
import type { Fault } from '../../aggregate-events/testing/memory-stores.js';

/** Segments that are lists of eventIDs. They outlive every reader; commits fail where a test says so. */
export class MemorySegments implements EventSegments {
  readonly #cursors = new Map<string, string>();
  readonly #streams = new Map<string, { kind: SegmentAppend['kind']; ids: string[]; texts: string[] }>();
  readonly drops: string[] = [];
  /** Under which KMS key each append was to be encrypted. */
  readonly kmsKeys: (string | undefined)[] = [];
  operations = 0;
  faultAt: readonly [operation: number, fault: Fault] | undefined;

  /** The eventIDs of a stream, in the order in which they came. */
  ids(stream: string): readonly string[] {
    return this.#streams.get(stream)?.ids ?? [];
  }

  /** The records of a stream, as JSON texts. */
  records(stream: string): readonly string[] {
    return this.#streams.get(stream)?.texts ?? [];
  }

  async commit(reader: string, cursor: string, appends: readonly SegmentAppend[]) {
    const [at, fault] = this.faultAt ?? [];
    const fails = this.operations++ === at;
    if (fails && fault === 'before') throw new Error('the disk is full');
    let added = 0;
    for (const append of appends) added += this.#append(append);
    this.#cursors.set(reader, cursor);
    if (fails) throw new Error('the answer was lost');
    return { added };
  }

  cursor(reader: string): string | undefined {
    return this.#cursors.get(reader);
  }

  snapshot(): SegmentSnapshot {
    return { files: [], release: () => {} };
  }

  streams(): readonly SegmentStreamFacts[] {
    return Array.from(this.#streams, ([stream, { kind, ids }]) => ({
      stream,
      kind,
      rows: ids.length,
      bytes: 0,
      files: 1,
    }));
  }

  async dropEnteredBefore(stream: string, timeMs: number): Promise<void> {
    this.drops.push(`${stream} entered before ${timeMs}`);
  }

  async dropHappenedBefore(stream: string, timeMs: number): Promise<void> {
    this.drops.push(`${stream} happened before ${timeMs}`);
  }

  async removeStream(stream: string): Promise<void> {
    this.#streams.delete(stream);
  }

  async verify() {
    return [];
  }

  async close(): Promise<void> {}

  #append({ stream, kind, lines, leaveOutKnown, sealing }: SegmentAppend): number {
    this.kmsKeys.push(sealing?.kmsKeyArn);
    const own = this.#streams.get(stream) ?? { kind, ids: [], texts: [] };
    this.#streams.set(stream, own);
    const text = Buffer.from(lines.bytes).toString().trimEnd();
    const records = text
      .split('\n')
      .map((line) => (JSON.parse(line) as { record: { eventID: string } }).record);
    const ids = records.map(({ eventID }) => eventID);
    if (ids.length !== lines.count) throw new Error('the count is not that of the lines');
    const fresh = leaveOutKnown === true ? [...new Set(ids)].filter((id) => !own.ids.includes(id)) : ids;
    own.ids.push(...fresh);
    own.texts.push(...records.map((each) => JSON.stringify(each)));
    return fresh.length;
  }
}
