// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import { ReaderPatience } from '../../s3-select/reader-patience.js';
import type { SelectCounts } from '../../s3-select/select-request.js';
import type { SelectEvent } from '../../s3-select/worker/select-thread.js';
import { xmlDeclaration } from '../../wire/codec/xml-writer.js';
import { errorMessage, eventOf } from '../../wire/event-stream/event-message.js';
import type { WireError } from '../../wire/wire-error.js';

export interface SelectAnswerOptions {
  /** Progress events were asked for. */
  readonly withProgress: boolean;
  /** Stops the selection: the caller has gone. */
  readonly abort: () => void;
  /** An error in S3's words. */
  readonly toWireError: (error: unknown) => WireError;
  /** The process's own when left out. */
  readonly timers?: AnswerTimers;
}

export interface AnswerTimers {
  /** ms, from any beginning; never less than before. */
  now(): number;
  /** @returns the way to call it off */
  after(ms: number, act: () => void): () => void;
}

const processTimers: AnswerTimers = {
  now: () => performance.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms).unref();
    return () => clearTimeout(timer);
  },
};

/**
 * The body of the answer: Records as they are found, Progress when asked for, else Cont so that the connection lives, then
 * Stats and End; or, from the first of them on, an error message instead of the rest. Read no faster than it is sent.
 * Source: S3 API Reference, "Appendix: SelectObjectContent Response".
 */
export class SelectAnswer extends Readable {
  readonly #events: AsyncIterator<SelectEvent>;
  readonly #options: SelectAnswerOptions;
  #first: Promise<IteratorResult<SelectEvent>> | undefined;
  readonly #timers: AnswerTimers;
  readonly #patience = new ReaderPatience();
  #notStalled: () => void = () => undefined;

  /** @param first the events' first, which somebody has asked for already */
  constructor(
    events: AsyncIterator<SelectEvent>,
    first: Promise<IteratorResult<SelectEvent>>,
    options: SelectAnswerOptions,
  ) {
    super();
    this.#events = events;
    this.#first = first;
    this.#options = options;
    this.#timers = options.timers ?? processTimers;
  }

  override _read(): void {
    this.#notStalled();
    this.#patience.take(this.#timers.now());
    const next = this.#first ?? this.#events.next();
    this.#first = undefined;
    next.then(
      ({ done, value }) => {
        if (done === true) this.push(null);
        else this.#give(this.#frames(value));
      },
      (error: unknown) => this.#fail(error),
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#notStalled();
    this.#options.abort();
    // One that waits for its reader, not for its thread, hears of nothing else: its thread's place would be lost.
    this.#events.return?.().catch(() => undefined);
    callback(error);
  }

  /** A reader who is too slow goes: others wait for the thread that it holds. */
  #give(frames: Buffer): void {
    if (this.destroyed) return;
    const allowedMs = this.#patience.give(frames.length, this.#timers.now());
    this.#notStalled = this.#timers.after(allowedMs, () => this.destroy());
    this.push(frames);
  }

  #frames(event: SelectEvent): Buffer {
    const { withProgress } = this.#options;
    switch (event.kind) {
      case 'records':
        return eventOf('Records', { type: 'application/octet-stream', bytes: event.bytes });
      case 'counts':
        return withProgress ? countsOf('Progress', event.counts) : eventOf('Cont');
      case 'done':
        return Buffer.concat([
          ...(withProgress ? [countsOf('Progress', event.counts)] : []),
          countsOf('Stats', event.counts),
          eventOf('End'),
        ]);
    }
  }

  #fail(error: unknown): void {
    if (this.destroyed) return;
    const { code, message } = this.#options.toWireError(error);
    this.push(errorMessage(code, message));
    this.push(null);
  }
}

function countsOf(name: 'Progress' | 'Stats', counts: SelectCounts): Buffer {
  const { bytesScanned, bytesProcessed, bytesReturned } = counts;
  const xml = `${xmlDeclaration.trim()}<${name}><BytesScanned>${bytesScanned}</BytesScanned><BytesProcessed>${bytesProcessed}</BytesProcessed><BytesReturned>${bytesReturned}</BytesReturned></${name}>`;
  return eventOf(name, { type: 'text/xml', bytes: Buffer.from(xml) });
}
