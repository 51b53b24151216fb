// SPDX-License-Identifier: Apache-2.0
import { parentPort } from 'node:worker_threads';
import { messagesAheadMax } from '../limits.js';
import type { ObjectBytes } from '../readers/row-source.js';
import { runSelect, type SelectOutput } from '../run-select.js';
import { SelectError } from '../select-error.js';
import type { SelectRequest } from '../select-request.js';
import type { FromWorker, ToWorker } from './messages.js';

/** How often the other side hears how far a selection is, while it finds nothing. */
const countsMs = 500;

/** Undefined in a process of its own. */
const port = parentPort;

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  if (port !== null) port.postMessage(message, transfer);
  else process.send?.(message);
}

/** Something that is waited for, by one. */
class Signal {
  #wake: () => void = () => undefined;

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  raise(): void {
    this.#wake();
  }
}

interface Reading {
  readonly chunks: Uint8Array[];
  readonly arrived: Signal;
  end?: 'whole' | 'failed';
}

const readings = new Map<number, Reading>();
let reads = 0;
let ahead = 0;
const taken = new Signal();

function objectOf(size: number): ObjectBytes {
  return {
    size,
    read: async function* (start, end) {
      const read = ++reads;
      const reading: Reading = { chunks: [], arrived: new Signal() };
      readings.set(read, reading);
      send({ type: 'read', read, start, end });
      try {
        for (;;) {
          const chunk = reading.chunks.shift();
          if (chunk !== undefined) {
            send({ type: 'more', read });
            yield chunk;
          } else if (reading.end === 'whole') return;
          else if (reading.end === 'failed') throw new Error('the object could not be read to its end');
          else await reading.arrived.wait();
        }
      } finally {
        readings.delete(read);
        if (reading.end === undefined) send({ type: 'stop', read });
      }
    },
  };
}

function makeOutput(): SelectOutput {
  let toldMs = performance.now();
  return {
    records: async (bytes) => {
      // Of its own, not a part of a pool that others use too.
      const own = new Uint8Array(bytes);
      send({ type: 'records', bytes: own }, [own.buffer]);
      toldMs = performance.now();
      ahead += 1;
      while (ahead >= messagesAheadMax) await taken.wait();
    },
    counts: (counts) => {
      if (performance.now() - toldMs < countsMs) return;
      toldMs = performance.now();
      send({ type: 'counts', counts });
    },
  };
}

async function run(request: SelectRequest): Promise<void> {
  ahead = 0;
  try {
    const counts = await runSelect(request, objectOf(request.objectBytes), makeOutput());
    send({ type: 'done', counts });
  } catch (error) {
    send(failure(error));
  }
}

function failure(error: unknown): FromWorker {
  if (error instanceof SelectError) return { type: 'failed', code: error.code, message: error.message };
  const { message } = new SelectError('InternalError');
  const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { type: 'failed', code: 'InternalError', message, fault };
}

function take(message: ToWorker): void {
  switch (message.type) {
    case 'start':
      void run(message.request);
      break;
    case 'taken':
      ahead -= 1;
      taken.raise();
      break;
    case 'chunk': {
      const reading = readings.get(message.read);
      reading?.chunks.push(message.bytes);
      reading?.arrived.raise();
      break;
    }
    case 'end': {
      const reading = readings.get(message.read);
      if (reading !== undefined) reading.end = message.failed ? 'failed' : 'whole';
      reading?.arrived.raise();
    }
  }
}

if (port !== null) port.on('message', take);
else {
  process.on('message', take);
  process.once('disconnect', () => process.exit());
}
