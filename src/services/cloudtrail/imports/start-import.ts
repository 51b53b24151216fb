// SPDX-License-Identifier: Apache-2.0
import type { StartImportRequest, StartImportResponse } from '@aws-sdk/client-cloudtrail';
import { bucketNeed } from '../../../buckets/access.js';
import { type BucketDocument, bucketKey } from '../../../buckets/bucket.js';
import type { ForeignBuckets } from '../../../buckets/foreign-buckets.js';
import { eventDataStoreArn, segmentKindOf } from '../../../event-data-stores/event-data-store.js';
import { parseImportLocation } from '../../../event-data-stores/import-location.js';
import { importRoleQuestion } from '../../../event-data-stores/import-role.js';
import {
  type ImportSource,
  isUnderWay,
  type StoreImportDocument,
  storeImportKey,
  storeImportPrefix,
} from '../../../event-data-stores/store-import.js';
import { decideAccess } from '../../../identity/policy/decide-access.js';
import { principalPolicies } from '../../../identity/principal-policies.js';
import { serviceInRole } from '../../../identity/service-role.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { placeOfStore, storeNamed, verifyActive } from '../event-data-stores/find-store.js';
import { verifyStoreKeyUsable } from '../event-data-stores/store-key.js';
import { MemberRules } from '../verify-members.js';
import { findImport } from './import-handlers.js';
import { importIdRule, toImport } from './import-shapes.js';

const destinationRule = { min: 3, max: 256, pattern: /^[a-zA-Z0-9._/\-:]+$/ };

export interface StartImportDependencies {
  /** A UUID, never the same twice. */
  readonly newId: () => string;
  readonly foreignBuckets?: Pick<ForeignBuckets, 'place'>;
}

/**
 * Puts an import into state, or one that has failed or was stopped back to work: it goes on where it stood, and failed entries
 * are tried again. Source: CloudTrail API Reference, "StartImport".
 */
export function startImportHandler(
  deps: StartImportDependencies,
): Handler<StartImportRequest, StartImportResponse> {
  return (input, call) => {
    new MemberRules()
      .text('importId', input.ImportId, importIdRule)
      .count('destinations', input.Destinations, 1, 1)
      .text('destinations.1.member', input.Destinations?.[0], destinationRule)
      .verify();
    const started = input.ImportId === undefined ? newImport(input, call, deps) : retried(input, call);
    verifyNoneUnderWay(started, call);
    call.state.put(storeImportKey(started), started);
    return toImport(started);
  };
}

function newImport(
  input: StartImportRequest,
  call: Call,
  deps: StartImportDependencies,
): StoreImportDocument {
  const { Destinations, ImportSource: source, StartEventTime: start, EndEventTime: end } = input;
  if (Destinations === undefined || source?.S3 === undefined)
    throw invalidParameter('Destinations and ImportSource are required to start a new import.');
  if (start !== undefined && end !== undefined && start > end)
    throw invalidParameter('StartEventTime must not be later than EndEventTime.');
  const { accountId, region, receivedAtMs } = call;
  const destination = destinationOf(Destinations[0] ?? '', call);
  const { S3LocationUri = '', S3BucketRegion = '', S3BucketAccessRoleArn = '' } = source.S3;
  const wanted: StoreImportDocument = {
    id: deps.newId(),
    accountId,
    region,
    destination,
    source: {
      s3LocationUri: S3LocationUri,
      s3BucketRegion: S3BucketRegion,
      s3BucketAccessRoleArn: S3BucketAccessRoleArn,
    },
    ...(start === undefined ? {} : { startEventTimeMs: start.getTime() }),
    ...(end === undefined ? {} : { endEventTimeMs: end.getTime() }),
    status: 'INITIALIZING',
    createdAtMs: receivedAtMs,
    updatedAtMs: receivedAtMs,
    statistics: nothingYet,
  };
  verifySource(wanted, call, deps);
  return wanted;
}

const nothingYet = {
  prefixesFound: 0,
  prefixesCompleted: 0,
  filesCompleted: 0,
  eventsCompleted: 0,
  failedEntries: 0,
};

function retried(input: StartImportRequest, call: Call): StoreImportDocument {
  if (input.Destinations !== undefined || input.ImportSource !== undefined)
    throw invalidParameter('Destinations and ImportSource cannot be specified to retry an import.');
  const found = findImport(input.ImportId, call);
  if (found.status !== 'FAILED' && found.status !== 'STOPPED')
    throw invalidParameter(`Only an import that failed or was stopped can be retried: ${found.status}.`);
  destinationOf(found.destination, call);
  return {
    ...found,
    status: 'INITIALIZING',
    updatedAtMs: call.receivedAtMs,
    ...(found.statistics.failedEntries === 0 ? {} : { retryAfter: '' }),
  };
}

/**
 * The ARN of the store, if events of trails can go there. A stopped one may get old events. Whether there is a store of
 * another account is not told: no policy has let the caller at it. Source: the same page: "You cannot use the delegated
 * administrator account for the organization".
 */
function destinationOf(arn: string, call: Call): string {
  const place = placeOfStore(arn, call);
  if (place !== undefined && place.accountId !== call.accountId) {
    const message = `Only the account of the event data store ${arn} can import into it.`;
    throw new WireError('EventDataStoreARNInvalidException', message);
  }
  const store = verifyActive(storeNamed(arn, call));
  if (segmentKindOf(store) !== 'cloudtrail' || !isOfTrailEvents(store.selectors)) {
    const message = `The event data store ${arn} does not hold CloudTrail events.`;
    throw new WireError('InvalidEventDataStoreCategoryException', message);
  }
  verifyStoreKeyUsable(store, call);
  return eventDataStoreArn(store);
}

type Selectors = Parameters<typeof segmentKindOf>[0]['selectors'];

/** Insights events, configuration items and evidence are in stores of their own. */
function isOfTrailEvents(selectors: Selectors): boolean {
  const others = ['Insight', 'ConfigurationItem', 'Evidence'];
  return !selectors.some(({ fieldSelectors }) =>
    fieldSelectors.some(
      ({ field, equals }) => field === 'eventCategory' && others.some((other) => equals?.includes(other)),
    ),
  );
}

/** AWS refuses what cannot begin at once; what goes wrong later is a failure of the import. */
function verifySource(wanted: StoreImportDocument, call: Call, deps: StartImportDependencies): void {
  const { s3LocationUri }: ImportSource = wanted.source;
  const location = parseImportLocation(s3LocationUri);
  if (location === undefined) throw invalidSource(`S3LocationUri ${s3LocationUri} is not valid.`);
  // No role of another account can be passed, by whoever it lets in: CloudTrail would read for a stranger what it reads for its own.
  // Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
  if (wanted.source.s3BucketAccessRoleArn.split(':')[4] !== wanted.accountId)
    throw invalidSource('S3BucketAccessRoleArn must be a role of your account.');
  const inRole = serviceInRole(importRoleQuestion(wanted, call.receivedAtMs), call.state);
  if (inRole === undefined)
    throw invalidSource('S3BucketAccessRoleArn does not exist or does not trust cloudtrail.amazonaws.com.');
  const place = deps.foreignBuckets?.place(location.bucket, wanted.accountId);
  const bucket = call.state.get<BucketDocument>(bucketKey(location.bucket));
  if (place === 'named' || (place === 'otherwise' && bucket === undefined)) return;
  if (bucket === undefined) throw invalidSource(`The bucket ${location.bucket} does not exist.`);
  if (bucket.region !== wanted.source.s3BucketRegion)
    throw invalidSource(`The bucket ${location.bucket} is not in the Region S3BucketRegion.`);
  const { principal, context } = inRole;
  const mayList = decideAccess({
    ...bucketNeed(bucket, principal, { action: 's3:ListBucket', context: () => context }),
    principal,
    policies: principalPolicies(principal, call.state),
  }).isAllowed;
  if (!mayList) throw invalidSource(`S3BucketAccessRoleArn may not list the bucket ${location.bucket}.`);
}

/** Source: CloudTrail API Reference, "AccountHasOngoingImportException". What it found stays true until the call is recorded. */
function verifyNoneUnderWay({ accountId, region }: StoreImportDocument, call: Call): void {
  call.state.put(`store-imports/${accountId}/${region}`, { changedBy: call.requestId });
  const imports = call.state.list<StoreImportDocument>(storeImportPrefix(accountId, region));
  if (imports.some(({ value }) => isUnderWay(value)))
    throw new WireError(
      'AccountHasOngoingImportException',
      'Another import of the account is still in progress.',
    );
}

function invalidParameter(message: string): WireError {
  return new WireError('InvalidParameterException', message);
}

function invalidSource(message: string): WireError {
  return new WireError('InvalidImportSourceException', message);
}
