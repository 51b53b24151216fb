// SPDX-License-Identifier: Apache-2.0
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { StateStore } from '../../ports/state-store.js';
import { hasEnded, type QueryJob } from '../../query/jobs/query-job.js';
import type { QueryResults } from '../../query/results/query-results.js';
import type { JobDocuments } from './job-documents.js';
import { keptMs, pageMax } from './limits.js';

export const jobPrefix = 'query-job/';

/** All jobs, a page at a time. */
export async function* allJobs(
  stateStore: Pick<StateStore, 'list'>,
): AsyncIterable<readonly [string, QueryJob]> {
  for (let after: string | undefined; ; ) {
    const page = stateStore.list<QueryJob>(jobPrefix, {
      limit: pageMax,
      ...(after === undefined ? {} : { after }),
    });
    for (const { key, value } of page) yield [key, value];
    after = page.at(-1)?.key;
    if (page.length < pageMax) return;
    await yieldToOthers();
  }
}

/** Removes queries that ended long ago: the result first, so that none is left that nobody knows of. */
export async function expireJobs(
  stateStore: Pick<StateStore, 'list'>,
  documents: JobDocuments,
  results: Pick<QueryResults, 'remove'>,
  nowMs: number,
): Promise<void> {
  for await (const [key, job] of allJobs(stateStore)) {
    if (!hasEnded(job) || (job.endedAtMs ?? job.submittedAtMs) + keptMs[job.front] > nowMs) continue;
    await results.remove(job.id);
    await documents.change(key, (job) => (hasEnded(job) ? null : undefined));
  }
}
