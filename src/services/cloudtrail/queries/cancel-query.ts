// SPDX-License-Identifier: Apache-2.0
import type { CancelQueryRequest, CancelQueryResponse } from '@aws-sdk/client-cloudtrail';
import { hasEnded, type QueryJob, queryJobKey } from '../../../query/jobs/query-job.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Handler } from '../../service.js';
import { queryNamed, queryStatus } from './find-query.js';

/** The runner sees the new state and ends the query. Source: CloudTrail API Reference, "CancelQuery". */
export const cancelQuery: Handler<CancelQueryRequest, CancelQueryResponse> = (input, call) => {
  const job = queryNamed(input, call);
  if (hasEnded(job)) {
    const message = `The query ${job.id} cannot be canceled: it is in the ${queryStatus(job)} state.`;
    throw new WireError('InactiveQueryException', message);
  }
  const cancelled: QueryJob = { ...job, state: 'CANCELLED', endedAtMs: call.receivedAtMs };
  call.state.put(queryJobKey(job), cancelled);
  const owner = input.EventDataStoreOwnerAccountId;
  return {
    QueryId: job.id,
    QueryStatus: queryStatus(cancelled),
    ...(owner === undefined ? {} : { EventDataStoreOwnerAccountId: owner }),
  };
};
