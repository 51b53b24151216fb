// SPDX-License-Identifier: Apache-2.0
import { chunksAheadMax, runMsMax, silentMsMax } from '../limits.js';
import type { ObjectBytes } from '../readers/row-source.js';
import { SelectError } from '../select-error.js';
import type { SelectCounts, SelectRequest } from '../select-request.js';
import type { FromWorker, ToWorker } from './messages.js';
import { type SelectHost, selectProcessHost, selectThreadHost } from './select-host.js';

export type SelectEvent =
  | { readonly kind: 'records'; readonly bytes: Uint8Array }
  | { readonly kind: 'counts'; readonly counts: SelectCounts }
  | { readonly kind: 'done'; readonly counts: SelectCounts };

/** A feed of one range of the object to the thread; no more chunks ahead than it has asked for. */
class Feed {
  #credits = chunksAheadMax;
  #isStopped = false;
  #wake: () => void = () => undefined;

  more(): void {
    this.#credits += 1;
    this.#wake();
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  async run(chunks: AsyncIterable<Uint8Array>, send: (chunk: Uint8Array) => void): Promise<void> {
    for await (const chunk of chunks) {
      while (this.#credits <= 0 && !this.#isStopped) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      if (this.#isStopped) return;
      this.#credits -= 1;
      send(chunk);
    }
  }
}

/** A thread, or a process, that makes one selection at a time, seen from outside. */
export class SelectThread {
  readonly #host: SelectHost;
  readonly #feeds = new Map<number, Feed>();
  #events: FromWorker[] = [];
  #wake: () => void = () => undefined;
  #object: ObjectBytes | undefined;
  #readError: unknown;
  #fault: Error | undefined;

  constructor(readonly kind: 'thread' | 'process') {
    this.#host = (kind === 'process' ? selectProcessHost : selectThreadHost)({
      onMessage: (message) => this.#take(message),
      onEnd: (error) => this.#end(error),
    });
  }

  get isDead(): boolean {
    return this.#fault !== undefined;
  }

  /** Throws SelectError, or what reading the object has thrown. The thread is free again when it ends with `done` or an error. */
  async *select(request: SelectRequest, object: ObjectBytes): AsyncGenerator<SelectEvent> {
    this.#object = object;
    this.#readError = undefined;
    this.#events = [];
    this.#host.ref();
    this.#send({ type: 'start', request });
    try {
      yield* this.#toTheEnd();
    } finally {
      this.#host.unref();
    }
  }

  async *#toTheEnd(): AsyncGenerator<SelectEvent> {
    const untilMs = performance.now() + runMsMax;
    for (;;) {
      const event = this.#events.shift();
      if (event === undefined) {
        if (this.#fault !== undefined) throw this.#fault;
        await this.#nextEvent(Math.min(silentMsMax, untilMs - performance.now()));
      } else if (event.type === 'records') {
        yield { kind: 'records', bytes: event.bytes };
        this.#send({ type: 'taken' });
      } else if (event.type === 'counts') yield { kind: 'counts', counts: event.counts };
      else if (event.type === 'done') {
        yield { kind: 'done', counts: event.counts };
        return;
      } else if (event.type === 'failed') throw this.#failure(event);
    }
  }

  /** At once, whatever it does. */
  kill(): void {
    for (const feed of this.#feeds.values()) feed.stop();
    this.#end(new SelectError('InternalError'));
    this.#host.kill();
  }

  /** Until something has come; after so long the thread is killed. */
  async #nextEvent(waitMsMax: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(
        () => {
          this.#end(new SelectError('MaxOperatorsExceeded', 'It took too long.'));
          this.kill();
        },
        Math.max(0, waitMsMax),
      ).unref();
    });
    clearTimeout(timer);
  }

  #failure(event: Extract<FromWorker, { type: 'failed' }>): unknown {
    if (this.#readError !== undefined) return this.#readError;
    const { code, message, fault } = event;
    const cause = fault === undefined ? undefined : new Error(fault);
    const error = new SelectError(code, undefined, cause === undefined ? undefined : { cause });
    error.message = message;
    return error;
  }

  #end(fault: Error): void {
    this.#fault ??= fault;
    this.#wake();
  }

  #send(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#host.send(message, transfer);
  }

  #take(message: FromWorker): void {
    if (message.type === 'read') void this.#feed(message);
    else if (message.type === 'more') this.#feeds.get(message.read)?.more();
    else if (message.type === 'stop') this.#feeds.get(message.read)?.stop();
    else {
      this.#events.push(message);
      this.#wake();
    }
  }

  /** Never rejects: what fails is told to the thread, and thrown by `select`. */
  async #feed({ read, start, end }: Extract<FromWorker, { type: 'read' }>): Promise<void> {
    const feed = new Feed();
    this.#feeds.set(read, feed);
    let failed = false;
    try {
      const chunks = (this.#object as ObjectBytes).read(start, end);
      await feed.run(chunks, (chunk) => {
        const bytes = new Uint8Array(chunk);
        this.#send({ type: 'chunk', read, bytes }, [bytes.buffer]);
      });
    } catch (error) {
      failed = true;
      this.#readError ??= error;
    } finally {
      this.#feeds.delete(read);
    }
    this.#send({ type: 'end', read, failed });
  }
}
