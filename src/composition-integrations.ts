// SPDX-License-Identifier: Apache-2.0

import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { bucketKey } from './buckets/bucket.js';
import type { Destinations } from './composition-delivery.js';
import { dataKeysOf } from './composition-keys.js';
import type { LocalCairn } from './composition-local.js';
import {
  type DashboardRefreshes,
  startDashboardRefreshes,
} from './pipelines/dashboard-refreshes/start-dashboard-refreshes.js';
import { foreignBucket } from './pipelines/lake-imports/foreign-bucket.js';
import { ownBucket } from './pipelines/lake-imports/own-bucket.js';
import { type LakeImports, startLakeImports } from './pipelines/lake-imports/start-lake-imports.js';
import type { OperatorLog } from './ports/operator-log.js';
import type { AwsApi } from './request-path/aws-api.js';
import type { WireRequest } from './wire/http.js';

/** Does what StartImport has asked for: from Cairn's buckets, and from those at the operator's endpoints. */
export function startLakeImportsOf(
  local: LocalCairn,
  { foreignBuckets, findForeign }: Pick<Destinations, 'foreignBuckets' | 'findForeign'>,
  log: OperatorLog,
): LakeImports {
  const { stateStore, objectStore, clock } = local;
  const own = { stateStore, objectStore, clock, dataKeys: dataKeysOf(local) };
  return startLakeImports({
    ...local,
    log,
    bucketOf: (wanted, name) => {
      const place = foreignBuckets.place(name, wanted.accountId);
      const isForeign =
        place === 'named' || (place === 'otherwise' && stateStore.get(bucketKey(name)) === undefined);
      const found = isForeign ? findForeign(name, wanted.accountId) : undefined;
      return found === undefined ? ownBucket(name, wanted, own) : foreignBucket(found);
    },
  });
}

/** Refreshes dashboards by their schedules: as calls of CloudTrail itself, decided and recorded as all others. */
export function startDashboardRefreshesOf(
  local: Pick<LocalCairn, 'eventLog' | 'stateStore' | 'clock'>,
  run: AwsApi['run'],
  log: OperatorLog,
): DashboardRefreshes {
  return startDashboardRefreshes({
    ...local,
    log,
    refresh: async (dashboard) => {
      const { name, accountId, region } = dashboard;
      await run({
        service: 'cloudtrail',
        operation: 'StartDashboardRefresh',
        request: ownRequest(local.clock.now()),
        principal: { kind: 'service', service: 'cloudtrail.amazonaws.com', accountId },
        region,
        input: { DashboardId: name },
      });
    },
  });
}

/** Calls of services name the service where others name their address. Source: CloudTrail User Guide, "CloudTrail record contents". */
function ownRequest(receivedAtMs: number): WireRequest {
  return {
    requestId: randomUUID(),
    method: 'POST',
    rawPath: '/',
    rawQuery: '',
    headers: { 'user-agent': 'cloudtrail.amazonaws.com' },
    body: Readable.from([]),
    sourceIp: 'cloudtrail.amazonaws.com',
    receivedAtMs,
  };
}
