// SPDX-License-Identifier: Apache-2.0
import { parentPort } from 'node:worker_threads';
import { buildRun } from './build-run.js';
import { mergeRuns } from './merge-runs.js';
import type { BuilderAnswer, BuilderRequest } from './run-builder.js';

/** The thread that run-builder.ts starts. */
const port = parentPort!;

port.on('message', (request: BuilderRequest) => {
  port.postMessage(answer(request));
});

function answer(request: BuilderRequest): BuilderAnswer {
  try {
    if ('columns' in request) buildRun(request.path, request.facts, request.columns);
    else mergeRuns(request.path, request.facts, request.inputs);
    return { done: true };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
