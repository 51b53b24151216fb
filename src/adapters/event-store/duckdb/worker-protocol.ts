// SPDX-License-Identifier: Apache-2.0
import type { Position } from '../../../ports/event-log.js';
import type {
  EventPlace,
  IngestResult,
  LookupQuery,
  ReadAhead,
  RecordTexts,
  ScannedEvents,
} from '../../../ports/event-store.js';
import type { PlacedEntry } from './entry-parser.js';
import type { IndexFacts, PackingSizes, TermIndexSizes } from './history-options.js';
import type { FoundPage } from './lookup.js';
import type { ScanLimits } from './scan.js';
import type { SentError } from './store-errors.js';

/** What the store's thread can be asked: the arguments and the answer of each call. */
export interface WorkerCalls {
  open: {
    request: {
      readonly dir: string;
      readonly memoryBytesMax: number;
      readonly termIndex?: TermIndexSizes | undefined;
      readonly packing?: PackingSizes | undefined;
    };
    answer: undefined;
  };
  indexFacts: { request: undefined; answer: IndexFacts };
  ingest: {
    request: { readonly entries: readonly PlacedEntry[]; readonly isFirst: boolean };
    answer: IngestResult;
  };
  readAhead: { request: Uint8Array; answer: ReadAhead };
  ingestedUpTo: { request: undefined; answer: Position };
  lookup: { request: LookupQuery; answer: FoundPage };
  lookupText: { request: LookupQuery; answer: Omit<FoundPage, 'places'> };
  scan: { request: { readonly after: string; readonly limits: ScanLimits }; answer: ScannedEvents };
  records: {
    request: {
      readonly accountId: string;
      readonly places: readonly EventPlace[];
      readonly bytesMax: number;
    };
    answer: RecordTexts;
  };
  count: { request: undefined; answer: number };
  dropEnteredBefore: { request: number; answer: number };
  close: { request: undefined; answer: undefined };
}
export type WorkerMethod = keyof WorkerCalls;

export type WorkerRequest = {
  [Method in WorkerMethod]: {
    readonly id: number;
    readonly method: Method;
    readonly request: WorkerCalls[Method]['request'];
  };
}[WorkerMethod];

export type WorkerMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError }
  | {
      readonly kind: 'log';
      readonly level: 'info' | 'warn' | 'error';
      readonly facts: object;
      readonly message: string;
    };
