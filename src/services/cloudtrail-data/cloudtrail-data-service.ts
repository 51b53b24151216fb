// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../wire/service-model.js';
import type { Service } from '../service.js';
import { cloudtrailDataAccess } from './access.js';
import { putAuditEventsHandler } from './put-audit-events.js';

export interface CloudTrailDataDependencies {
  readonly model: ServiceModel;
  /** A UUID, never the same twice. */
  readonly newId: () => string;
}

/** CloudTrail's data plane: events of applications outside of AWS. */
export function createCloudTrailDataService(deps: CloudTrailDataDependencies): Service {
  return {
    model: deps.model,
    eventSource: 'cloudtrail-data.amazonaws.com',
    access: cloudtrailDataAccess,
    handlers: { PutAuditEvents: putAuditEventsHandler(deps) },
  };
}
