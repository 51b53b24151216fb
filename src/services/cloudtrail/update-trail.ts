// SPDX-License-Identifier: Apache-2.0
import type { UpdateTrailRequest, UpdateTrailResponse } from '@aws-sdk/client-cloudtrail';
import type { TrailDocument } from '../../trails/trail.js';
import type { Call, Handler } from '../service.js';
import type { CloudTrailDependencies } from './cloudtrail-service.js';
import { noteTrailResources, verifyPlace } from './create-trail.js';
import { withLogBucket } from './log-bucket.js';
import { callersOrganization } from './organization-caller.js';
import { keyOf, resolveAtHome } from './resolve-trail.js';
import { withNeighbours } from './trail-neighbours.js';
import { toTrailSettings } from './trail-shapes.js';

/** Source: CloudTrail API Reference, "UpdateTrail". What is not given stays as it is; an empty prefix takes it away. */
export function updateTrailHandler({
  foreignBuckets,
}: Pick<CloudTrailDependencies, 'foreignBuckets'>): Handler<UpdateTrailRequest, UpdateTrailResponse> {
  return async (input, call) => {
    const before = resolveAtHome(input.Name, call);
    const asked = withOrganization(withChanges(before, input), input, call);
    verifyPlace(asked, call);
    const changed = withNeighbours(asked, input, call);
    const isMoved =
      input.S3BucketName !== undefined ||
      input.S3KeyPrefix !== undefined ||
      before.organizationId !== asked.organizationId;
    const after = isMoved ? await withLogBucket(changed, call, foreignBuckets) : changed;
    call.state.put(keyOf(after), after);
    noteTrailResources(after, call);
    return toTrailSettings(after);
  };
}

/** Files of an organization trail have another folder, so its bucket is looked at again. */
function withOrganization(trail: TrailDocument, input: UpdateTrailRequest, call: Call): TrailDocument {
  const wanted = input.IsOrganizationTrail ?? trail.isOrganizationTrail;
  if (wanted === trail.isOrganizationTrail) return trail;
  const { organizationId } = callersOrganization(call, 'converting');
  if (wanted) return { ...trail, isOrganizationTrail: true, organizationId };
  const { organizationId: _, ...own } = trail;
  return { ...own, isOrganizationTrail: false };
}

function withChanges(trail: TrailDocument, input: UpdateTrailRequest): TrailDocument {
  const { s3KeyPrefix, ...kept } = trail;
  const prefix = input.S3KeyPrefix ?? s3KeyPrefix ?? '';
  return {
    ...kept,
    s3BucketName: input.S3BucketName ?? trail.s3BucketName,
    ...(prefix === '' ? {} : { s3KeyPrefix: prefix }),
    includeGlobalServiceEvents: input.IncludeGlobalServiceEvents ?? trail.includeGlobalServiceEvents,
    isMultiRegionTrail: input.IsMultiRegionTrail ?? trail.isMultiRegionTrail,
    logFileValidationEnabled: input.EnableLogFileValidation ?? trail.logFileValidationEnabled,
  };
}
