// SPDX-License-Identifier: Apache-2.0
import { type QueryJob, queryJobKey } from '../../query/jobs/query-job.js';
import type { Call } from '../service.js';
import { invalidRequest } from './athena-errors.js';
import { checkLength } from './check-members.js';

type Place = Pick<Call, 'state' | 'accountId' | 'region'>;

/** Ids are UUIDs: nothing lies under any other text. */
export function findQuery(id: string | undefined, { state, accountId, region }: Place): QueryJob | undefined {
  if (id === undefined || !/^[0-9a-f-]{36}$/.test(id)) return undefined;
  return state.get<QueryJob>(queryJobKey({ front: 'athena', accountId, region, id }));
}

export function existingQuery(id: string | undefined, call: Call): QueryJob {
  checkLength(id ?? '', 'queryExecutionId', 1, 128);
  const found = findQuery(id, call);
  if (found === undefined)
    throw invalidRequest(`QueryExecution ${id} was not found`, 'QUERY_EXECUTION_NOT_FOUND');
  return found;
}
