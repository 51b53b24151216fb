// SPDX-License-Identifier: Apache-2.0
import type {
  GetImportRequest,
  GetImportResponse,
  ListImportFailuresRequest,
  ListImportFailuresResponse,
  ListImportsRequest,
  ListImportsResponse,
  StopImportRequest,
  StopImportResponse,
} from '@aws-sdk/client-cloudtrail';
import { eventDataStoreArn } from '../../../event-data-stores/event-data-store.js';
import {
  type ImportFailure,
  importFailurePrefix,
  isUnderWay,
  type StoreImportDocument,
  storeImportKey,
  storeImportPrefix,
  storeImportStatuses,
} from '../../../event-data-stores/store-import.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { invalidStoreArn, placeOfStore } from '../event-data-stores/find-store.js';
import { pageOfDocuments } from '../page-of-documents.js';
import { MemberRules } from '../verify-members.js';
import { importIdRule, toImport, toStatistics } from './import-shapes.js';

const pageSizeMax = 1_000;

/** Source: CloudTrail API Reference, "GetImport". */
export const getImport: Handler<GetImportRequest, GetImportResponse> = (input, call) => {
  const found = findImport(input.ImportId, call);
  return { ...toImport(found), ImportStatistics: toStatistics(found.statistics) };
};

/** Source: CloudTrail API Reference, "StopImport". What was imported stays; StartImport with the id goes on where it stopped. */
export const stopImport: Handler<StopImportRequest, StopImportResponse> = (input, call) => {
  const found = findImport(input.ImportId, call);
  if (!isUnderWay(found))
    throw new WireError(
      'InvalidParameterException',
      `The import ${found.id} is not in progress: ${found.status}.`,
    );
  const stopped: StoreImportDocument = { ...found, status: 'STOPPED', updatedAtMs: call.receivedAtMs };
  call.state.put(storeImportKey(stopped), stopped);
  return { ...toImport(stopped), ImportStatistics: toStatistics(stopped.statistics) };
};

/** Source: CloudTrail API Reference, "ListImports". */
export const listImports: Handler<ListImportsRequest, ListImportsResponse> = (input, call) => {
  const { Destination: destination, ImportStatus: status } = input;
  new MemberRules()
    .number('maxResults', input.MaxResults, 1, pageSizeMax)
    .text('destination', destination, { min: 3, max: 256, pattern: /^[a-zA-Z0-9._/\-:]+$/ })
    .oneOf('importStatus', status, storeImportStatuses)
    .verify();
  const store = destination === undefined ? undefined : arnOfStore(destination, call);
  const { documents, nextToken } = pageOfDocuments<StoreImportDocument>(
    call,
    storeImportPrefix(call.accountId, call.region),
    input,
    pageSizeMax,
    [destination, status],
    (each) =>
      (store === undefined || each.destination === store) && (status === undefined || each.status === status),
  );
  return {
    Imports: documents.map((each) => {
      const { ImportId, ImportStatus, Destinations, CreatedTimestamp, UpdatedTimestamp } = toImport(each);
      return { ImportId, ImportStatus, Destinations, CreatedTimestamp, UpdatedTimestamp };
    }),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
};

/** Of a store that need not be there any more. */
function arnOfStore(arnOrId: string, call: Call): string {
  const place = placeOfStore(arnOrId, call);
  if (place === undefined) throw invalidStoreArn(arnOrId);
  return eventDataStoreArn(place);
}

/** Source: CloudTrail API Reference, "ListImportFailures". */
export const listImportFailures: Handler<ListImportFailuresRequest, ListImportFailuresResponse> = (
  input,
  call,
) => {
  new MemberRules().number('maxResults', input.MaxResults, 1, pageSizeMax).verify();
  const prefix = importFailurePrefix(findImport(input.ImportId, call));
  const { documents, nextToken } = pageOfDocuments<ImportFailure>(call, prefix, input, pageSizeMax);
  return {
    Failures: documents.map(({ location, status, errorType, errorMessage, updatedAtMs }) => ({
      Location: location,
      Status: status,
      ErrorType: errorType,
      ErrorMessage: errorMessage,
      LastUpdatedTime: new Date(updatedAtMs),
    })),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
};

/** An import of the caller's account in this Region. */
export function findImport(id: string | undefined, call: Call): StoreImportDocument {
  new MemberRules().text('importId', id, importIdRule).verify();
  const { accountId, region } = call;
  const found = call.state.get<StoreImportDocument>(storeImportKey({ accountId, region, id: id ?? '' }));
  if (found === undefined) throw new WireError('ImportNotFoundException', `The import ${id} was not found.`);
  return found;
}
