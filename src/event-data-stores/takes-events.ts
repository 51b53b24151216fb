// SPDX-License-Identifier: Apache-2.0
import type { EventDataStoreDocument } from './event-data-store.js';

/** Whether a store takes new events: it is not to be deleted, and its ingestion was not stopped. */
export function takesEvents({ status }: Pick<EventDataStoreDocument, 'status'>): boolean {
  return status === 'ENABLED' || status === 'CREATED' || status === 'STARTING_INGESTION';
}
