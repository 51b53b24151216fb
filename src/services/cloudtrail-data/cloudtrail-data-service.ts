// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../wire/service-model.js';
import type { Service } from '../service.js';
import { cloudtrailDataAccess } from './access.js';
import { AuditBatchThread } from './audit-batch-thread.js';
import { putAuditEventsHandler } from './put-audit-events.js';
import { readAuditEventsBeside } from './read-audit-events-beside.js';

export interface CloudTrailDataDependencies {
  readonly model: ServiceModel;
  /** A UUID, never the same twice. */
  readonly newId: () => string;
  /** Reads large requests; by default a thread of the service's own. */
  readonly thread?: Pick<AuditBatchThread, 'read'>;
}

/** CloudTrail's data plane: events of applications outside of AWS. */
export function createCloudTrailDataService(deps: CloudTrailDataDependencies): Service {
  const { thread = new AuditBatchThread() } = deps;
  return {
    model: deps.model,
    eventSource: 'cloudtrail-data.amazonaws.com',
    access: cloudtrailDataAccess,
    handlers: { PutAuditEvents: putAuditEventsHandler(deps) },
    readBeside: (body) => readAuditEventsBeside(body, thread),
  };
}
