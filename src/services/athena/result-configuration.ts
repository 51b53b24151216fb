// SPDX-License-Identifier: Apache-2.0
import type { ResultConfiguration } from '@aws-sdk/client-athena';
import { parseS3Location } from '../../athena/s3-location.js';
import type { ResultSettings, WorkGroupSettings } from '../../athena/work-group.js';
import { bucketKey } from '../../buckets/bucket.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';
import type { AthenaDependencies } from './athena-dependencies.js';
import { invalidRequest } from './athena-errors.js';
import { checkLength, checkOneOf, checkPattern } from './check-members.js';

/** What a caller says of the place of results, checked. Throws InvalidRequestException. */
export function checkResultConfiguration(given: ResultConfiguration | undefined): ResultSettings {
  if (given === undefined) return {};
  const { OutputLocation, EncryptionConfiguration, ExpectedBucketOwner, AclConfiguration } = given;
  return {
    ...(OutputLocation === undefined || OutputLocation === ''
      ? {}
      : { OutputLocation: checkLocation(OutputLocation) }),
    ...(EncryptionConfiguration === undefined
      ? {}
      : { EncryptionConfiguration: checkEncryption(EncryptionConfiguration) }),
    ...(ExpectedBucketOwner === undefined
      ? {}
      : {
          ExpectedBucketOwner: checkPattern(
            ExpectedBucketOwner,
            'expectedBucketOwner',
            /^\d{12}$/,
            '^[0-9]+$',
          ),
        }),
    ...(AclConfiguration === undefined
      ? {}
      : {
          AclConfiguration: {
            S3AclOption: checkOneOf(AclConfiguration.S3AclOption ?? '', 'aclConfiguration.s3AclOption', [
              'BUCKET_OWNER_FULL_CONTROL',
            ]),
          },
        }),
  };
}

function checkLocation(location: string): string {
  checkLength(location, 'outputLocation', 0, 1024);
  if (!location.startsWith('s3://') || parseS3Location(location) === undefined)
    throw invalidRequest('outputLocation is not a valid S3 path.');
  return location;
}

function checkEncryption(
  given: NonNullable<ResultConfiguration['EncryptionConfiguration']>,
): NonNullable<ResultSettings['EncryptionConfiguration']> {
  const option = checkOneOf(given.EncryptionOption ?? '', 'encryptionConfiguration.encryptionOption', [
    'SSE_S3',
    'SSE_KMS',
    'CSE_KMS',
  ]);
  // Results that say they are encrypted by the client and are not would be worse than none.
  if (option === 'CSE_KMS')
    throw new WireError('NotImplemented', 'Results encrypted by CSE_KMS are not implemented by Cairn yet.', {
      status: 501,
    });
  if (option === 'SSE_KMS' && given.KmsKey === undefined)
    throw invalidRequest('A KMS key must be given for SSE_KMS.');
  return { EncryptionOption: option, ...(given.KmsKey === undefined ? {} : { KmsKey: given.KmsKey }) };
}

const noLocation =
  'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.';

/**
 * How the results of a query are written: as the work group says where it enforces that, else as the call says, else as the
 * work group does. Undefined: they stay with Athena. Throws InvalidRequestException.
 * Source: Athena User Guide, "Override client-side settings".
 */
export function resultSettingsFor(
  given: ResultConfiguration | undefined,
  settings: WorkGroupSettings,
  call: Call,
  { foreignBuckets }: Pick<AthenaDependencies, 'foreignBuckets'>,
): ResultSettings | undefined {
  const asked = checkResultConfiguration(given);
  const isManaged = settings.ManagedQueryResultsConfiguration?.Enabled === true;
  if (isManaged) return undefined;
  const chosen = settings.EnforceWorkGroupConfiguration
    ? settings.ResultConfiguration
    : { ...settings.ResultConfiguration, ...asked };
  const place = parseS3Location(chosen.OutputLocation ?? '');
  if (place === undefined) throw invalidRequest(noLocation);
  const isThere =
    call.state.get(bucketKey(place.bucket)) !== undefined ||
    foreignBuckets.place(place.bucket, call.accountId) !== undefined;
  if (!isThere) throw invalidRequest(`Unable to verify/create output bucket ${place.bucket}`);
  return chosen;
}
