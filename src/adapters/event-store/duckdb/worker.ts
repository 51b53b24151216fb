// SPDX-License-Identifier: Apache-2.0
import { parentPort } from 'node:worker_threads';
import type { RecordTexts, ScannedEvents } from '../../../ports/event-store.js';
import type { OperatorLog } from '../../../ports/operator-log.js';
import { History } from './history.js';
import { toSentError } from './store-errors.js';
import type { WorkerMessage, WorkerRequest } from './worker-protocol.js';

/** The thread that DuckDB lives in, so that nothing it does holds up the thread that answers calls. */
const port = parentPort!;
let history: History | undefined;

const log: OperatorLog = {
  info: (facts, message) => send({ kind: 'log', level: 'info', facts: sendable(facts), message }),
  warn: (facts, message) => send({ kind: 'log', level: 'warn', facts: sendable(facts), message }),
  error: (facts, message) => send({ kind: 'log', level: 'error', facts: sendable(facts), message }),
};

port.on('message', (request: WorkerRequest) => {
  answer(request).then(
    (result) => send({ kind: 'answer', id: request.id, answer: result }, buffersIn(request, result)),
    (error: unknown) => send({ kind: 'error', id: request.id, error: toSentError(error) }),
  );
});

async function answer(call: WorkerRequest): Promise<unknown> {
  if (call.method === 'open') {
    history = await History.open({ ...call.request, log });
    return undefined;
  }
  if (history === undefined) throw new Error('the history is not open');
  switch (call.method) {
    case 'ingest':
      return history.ingest(call.request.entries, call.request.isFirst);
    case 'readAhead':
      return history.readAhead(call.request);
    case 'ingestedUpTo':
      return history.ingestedUpTo;
    case 'lookup':
      return history.lookup(call.request);
    case 'lookupText': {
      const { places: _, ...page } = await history.lookup(call.request);
      return page;
    }
    case 'indexFacts':
      return history.indexFacts();
    case 'scan':
      return history.scan(call.request.after, call.request.limits);
    case 'records': {
      const { accountId, places, bytesMax } = call.request;
      return history.records(accountId, places, bytesMax);
    }
    case 'count':
      return history.count;
    case 'dropEnteredBefore':
      return history.dropEnteredBefore(call.request);
    case 'close':
      await history.close();
      return undefined;
  }
}

/** The lines of a scan and the events of a page go over without a copy. */
function buffersIn({ method }: WorkerRequest, result: unknown): ArrayBuffer[] {
  if (method === 'scan') return [(result as ScannedEvents).lines.buffer as ArrayBuffer];
  if (method === 'records') return [(result as RecordTexts).bytes.buffer as ArrayBuffer];
  return [];
}

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

/** Errors among the facts become plain. */
function sendable(facts: object): object {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, value instanceof Error ? toSentError(value) : value]),
  );
}
