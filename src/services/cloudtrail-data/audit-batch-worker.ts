// SPDX-License-Identifier: Apache-2.0
// The thread that reads the large requests of PutAuditEvents.
import { parentPort } from 'node:worker_threads';
import { type BatchQuestion, readInThread } from './audit-batch-messages.js';
import { eventIds } from './new-event-id.js';

const newId = eventIds();

parentPort?.on('message', (question: BatchQuestion) => {
  const { answer, transfer } = readInThread(question, newId);
  parentPort?.postMessage(answer, transfer);
});
