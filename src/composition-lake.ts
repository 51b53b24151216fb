// SPDX-License-Identifier: Apache-2.0
import { canCloudTrailWrite } from './buckets/log-destination.js';
import type { Destinations } from './composition-delivery.js';
import { dataKeysOf } from './composition-keys.js';
import type { LocalCairn } from './composition-local.js';
import { segmentKeysOf } from './composition-segments.js';
import { resultsFolder } from './event-data-stores/lake-query.js';
import { bucketDestination } from './pipelines/delivery/bucket-destination.js';
import { SigningKeys } from './pipelines/digests/signing-keys.js';
import { createLakeFront, type LakeFrontDependencies } from './pipelines/lake-queries/lake-front.js';
import { type StoreRemoval, startStoreRemoval } from './pipelines/lake-queries/start-store-removal.js';
import type { OperatorLog } from './ports/operator-log.js';
import type { QueryFront } from './query/jobs/query-front.js';

type Local = Pick<LocalCairn, 'eventLog' | 'stateStore' | 'objectStore' | 'secretBox' | 'clock'>;

/** Lake's side of its queries. Results are signed with the keys that sign digests. */
export function lakeFrontOf(
  local: Local,
  { destination }: Pick<Destinations, 'destination'>,
  log: OperatorLog,
  segmentsFor: LakeFrontDependencies['segmentsFor'],
): QueryFront {
  const { stateStore, objectStore, clock } = local;
  const own = bucketDestination({
    stateStore,
    objectStore,
    clock,
    dataKeys: dataKeysOf(local),
    mayWrite: (check) => canCloudTrailWrite({ ...check, folders: [resultsFolder] }),
  });
  return createLakeFront({
    stateStore,
    clock,
    log,
    keys: new SigningKeys(local),
    own,
    foreign: destination,
    segmentsFor,
    segmentKeys: segmentKeysOf(local),
  });
}

export function startStoreRemovalOf(local: Local, log: OperatorLog): StoreRemoval {
  return startStoreRemoval({ ...local, log });
}
