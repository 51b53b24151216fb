// SPDX-License-Identifier: Apache-2.0
import type { ForeignBuckets } from './buckets/foreign-buckets.js';
import { canCloudTrailWrite } from './buckets/log-destination.js';
import type { LocalCairn } from './composition-local.js';
import type { DataKeys } from './keys/data-keys.js';
import { bucketDestination } from './pipelines/delivery/bucket-destination.js';
import type { LogDestination } from './pipelines/delivery/log-destination.js';
import { routedDestination } from './pipelines/delivery/routed-destination.js';
import type { FindS3Bucket } from './pipelines/delivery/s3-bucket.js';
import { s3Destination } from './pipelines/delivery/s3-destination.js';
import { s3Endpoints } from './pipelines/delivery/s3-endpoints.js';
import { type Delivery, type DeliveryOptions, startDelivery } from './pipelines/delivery/start-delivery.js';
import type { OperatorLog } from './ports/operator-log.js';
import type { Settings } from './settings.js';

/** Where log files and digests go: buckets of Cairn, and those at the endpoints that are set. */
export interface Destinations {
  readonly destination: LogDestination;
  readonly foreignBuckets: ForeignBuckets;
  /** A bucket at the endpoints that are set, for those who read from it. */
  readonly findForeign: FindS3Bucket;
  /** When nothing is delivered any more. */
  close(): void;
}

export function openDestinations(
  { stateStore, objectStore, clock, root }: Pick<LocalCairn, 'stateStore' | 'objectStore' | 'clock' | 'root'>,
  { destinations, warnings }: Pick<Settings, 'destinations' | 'warnings'>,
  log: OperatorLog,
  dataKeys: DataKeys,
): Destinations {
  for (const warning of warnings) log.warn({}, warning);
  const { find, foreignBuckets, close } = s3Endpoints(destinations, root.accountId);
  const own = bucketDestination({ stateStore, objectStore, clock, dataKeys, mayWrite: canCloudTrailWrite });
  const foreign = s3Destination({ find, log, dataKeys });
  return {
    destination: routedDestination({ own, foreign, foreignBuckets, stateStore }),
    foreignBuckets,
    findForeign: find,
    close,
  };
}

/** What others do when files arrive: digests list them, topics are told. */
export type DeliveryNeighbours = Pick<DeliveryOptions, 'onDelivered' | 'notices'>;

export function startDeliveryOf(
  { eventLog, clock, directory }: Pick<LocalCairn, 'eventLog' | 'clock' | 'directory'>,
  settings: Pick<Settings, 'deliveryIntervalMs'>,
  log: OperatorLog,
  { destination }: Pick<Destinations, 'destination'>,
  neighbours: DeliveryNeighbours = {},
): Promise<Delivery> {
  return startDelivery({
    eventLog,
    clock,
    log,
    dir: directory.outbox,
    intervalMs: settings.deliveryIntervalMs,
    destination,
    ...neighbours,
  });
}
