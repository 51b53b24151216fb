// SPDX-License-Identifier: Apache-2.0
import type {
  Checkpoint,
  EventLog,
  LogEntry,
  Position,
  ReadLimits,
  StoredEntry,
} from '../../../ports/event-log.js';
import { START } from '../../../ports/event-log.js';

/** An EventLog for tests. What it holds is durable: it outlives the "process" that a test lets die. */
export class MemoryEventLog implements EventLog {
  readonly entries: StoredEntry[] = [];
  readonly #checkpoints = new Map<string, string>();

  append(entry: LogEntry): Promise<Position> {
    const position = String(this.entries.length + 1).padStart(12, '0') as Position;
    this.entries.push({ position, appendedAtMs: 0, entry });
    return Promise.resolve(position);
  }

  read(from: Position, limits: ReadLimits = {}): Promise<readonly StoredEntry[]> {
    const start = from === START ? 0 : Number(from);
    return Promise.resolve(this.entries.slice(start, start + (limits.entriesMax ?? 1_000)));
  }

  head(): Position {
    return this.entries.at(-1)?.position ?? START;
  }

  subscribe(): () => void {
    return () => {};
  }

  checkpoint(reader: string): Promise<Checkpoint | undefined> {
    const saved = this.#checkpoints.get(reader);
    return Promise.resolve(saved === undefined ? undefined : (JSON.parse(saved) as Checkpoint));
  }

  saveCheckpoint(reader: string, checkpoint: Checkpoint | null): Promise<void> {
    if (checkpoint === null) this.#checkpoints.delete(reader);
    else this.#checkpoints.set(reader, JSON.stringify(checkpoint));
    return Promise.resolve();
  }

  trim(): Promise<number> {
    return Promise.resolve(0);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
