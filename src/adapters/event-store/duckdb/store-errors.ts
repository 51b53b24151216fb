// SPDX-License-Identifier: Apache-2.0
import { EventStoreBusyError, InvalidPageTokenError } from '../../../ports/event-store.js';
import { LogFileError } from '../../../record/log-file.js';

export { EventStoreBusyError };

/** Another process has the data directory open. */
export class EventStoreLockedError extends Error {
  override readonly name = 'EventStoreLockedError';
}

/** The store on disk was written by a version of the program that this one does not understand, or is damaged. */
export class EventStoreFormatError extends Error {
  override readonly name = 'EventStoreFormatError';
}

/** Whether the index is not what was written, as DuckDB says at whatever it reads first of what is damaged. */
export function isDamagedIndex(error: unknown): error is Error {
  if (error instanceof EventStoreFormatError) return true;
  const reasons = /Corrupt database file|^(?:INTERNAL|FATAL|Serialization) Error|has been invalidated/;
  return error instanceof Error && reasons.test(error.message);
}

/** An error on its way between threads, where classes get lost. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
}

const classes = {
  InvalidPageTokenError,
  EventStoreLockedError,
  EventStoreFormatError,
  EventStoreBusyError,
  LogFileError,
} as const;

export function toSentError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  return { name: error.name, message: error.message, stack: error.stack };
}

export function fromSentError({ name, message, stack }: SentError): Error {
  const error = name in classes ? new classes[name as keyof typeof classes](message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
