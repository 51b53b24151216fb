// SPDX-License-Identifier: Apache-2.0
import type { DescribeQueryRequest, DescribeQueryResponse } from '@aws-sdk/client-cloudtrail';
import type { DeliveryStatus } from '../../../event-data-stores/lake-query.js';
import type { QueryJob } from '../../../query/jobs/query-job.js';
import type { Handler } from '../../service.js';
import { invalidParameter } from '../event-data-stores/store-members.js';
import { errorMessage, factsOf, queryNamed, queryStatus } from './find-query.js';

/** Source: CloudTrail API Reference, "DescribeQuery". */
export const describeQuery: Handler<DescribeQueryRequest, DescribeQueryResponse> = (input, call) => {
  const { QueryId: id, QueryAlias: alias, RefreshId: refreshId } = input;
  if ((id === undefined) === (alias === undefined))
    throw invalidParameter('Specify either QueryId or QueryAlias, and not both.');
  if (refreshId !== undefined && alias === undefined)
    throw invalidParameter('RefreshId can only be specified with QueryAlias.');
  const job = queryNamed(input, call);
  const owner = input.EventDataStoreOwnerAccountId;
  return {
    QueryId: job.id,
    QueryString: job.sql,
    QueryStatus: queryStatus(job),
    QueryStatistics: statisticsOf(job),
    ...errorMessage(job),
    ...deliveryOf(job),
    ...(owner === undefined ? {} : { EventDataStoreOwnerAccountId: owner }),
  };
};

function statisticsOf({ statistics, submittedAtMs }: QueryJob): DescribeQueryResponse['QueryStatistics'] {
  const created = { CreationTime: new Date(submittedAtMs) };
  if (statistics === undefined) return created;
  return {
    EventsMatched: statistics.rowsReturned,
    EventsScanned: statistics.rowsScanned,
    BytesScanned: statistics.bytesScanned,
    ExecutionTimeInMillis: Math.round(statistics.planningMs + statistics.executionMs),
    ...created,
  };
}

function deliveryOf(job: QueryJob): Pick<DescribeQueryResponse, 'DeliveryS3Uri' | 'DeliveryStatus'> {
  const { deliveryS3Uri, deliveryStatus = 'PENDING' } = factsOf(job);
  if (deliveryS3Uri === undefined) return {};
  return { DeliveryS3Uri: deliveryS3Uri, DeliveryStatus: statusAfter(job, deliveryStatus) };
}

/** Of a query that ended without a result nothing was delivered. */
function statusAfter({ state }: QueryJob, status: DeliveryStatus): DeliveryStatus {
  if (status !== 'PENDING') return status;
  if (state === 'CANCELLED') return 'CANCELLED';
  return state === 'FAILED' || state === 'TIMED_OUT' ? 'FAILED' : 'PENDING';
}
