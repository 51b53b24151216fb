// SPDX-License-Identifier: Apache-2.0
import type { ImportStatistics, StartImportResponse } from '@aws-sdk/client-cloudtrail';
import type { StoreImportDocument } from '../../../event-data-stores/store-import.js';

/** Source: CloudTrail API Reference, "GetImport" (ImportId). */
export const importIdRule = { min: 36, max: 36, pattern: /^[a-f0-9-]+$/ };

export function toImport(document: StoreImportDocument): StartImportResponse {
  const { id, destination, source, startEventTimeMs, endEventTimeMs, status } = document;
  return {
    ImportId: id,
    Destinations: [destination],
    ImportSource: {
      S3: {
        S3LocationUri: source.s3LocationUri,
        S3BucketRegion: source.s3BucketRegion,
        S3BucketAccessRoleArn: source.s3BucketAccessRoleArn,
      },
    },
    ...(startEventTimeMs === undefined ? {} : { StartEventTime: new Date(startEventTimeMs) }),
    ...(endEventTimeMs === undefined ? {} : { EndEventTime: new Date(endEventTimeMs) }),
    ImportStatus: status,
    CreatedTimestamp: new Date(document.createdAtMs),
    UpdatedTimestamp: new Date(document.updatedAtMs),
  };
}

export function toStatistics(statistics: StoreImportDocument['statistics']): ImportStatistics {
  return {
    PrefixesFound: statistics.prefixesFound,
    PrefixesCompleted: statistics.prefixesCompleted,
    FilesCompleted: statistics.filesCompleted,
    EventsCompleted: statistics.eventsCompleted,
    FailedEntries: statistics.failedEntries,
  };
}
