// SPDX-License-Identifier: Apache-2.0
import type {
  EngineVersion,
  ResultConfiguration,
  ResultConfigurationUpdates,
  WorkGroupConfiguration,
  WorkGroupConfigurationUpdates,
} from '@aws-sdk/client-athena';
import { defaultSettings, type ResultSettings, type WorkGroupSettings } from '../../athena/work-group.js';
import { invalidRequest } from './athena-errors.js';
import { checkOneOf } from './check-members.js';
import { checkResultConfiguration } from './result-configuration.js';

export const effectiveEngineVersion = 'Athena engine version 3';
export const engineVersions = ['AUTO', effectiveEngineVersion] as const;

/** Source: Athena API Reference, "WorkGroupConfiguration" (BytesScannedCutoffPerQuery). */
const cutoffBytesMin = 10_000_000;

/** Members that stay as they are given, in both shapes alike. */
type Common = Pick<
  WorkGroupConfiguration,
  | 'EnforceWorkGroupConfiguration'
  | 'PublishCloudWatchMetricsEnabled'
  | 'BytesScannedCutoffPerQuery'
  | 'RequesterPaysEnabled'
  | 'EngineVersion'
  | 'AdditionalConfiguration'
  | 'ExecutionRole'
  | 'CustomerContentEncryptionConfiguration'
  | 'EnableMinimumEncryptionConfiguration'
>;

/** CreateWorkGroup enforces its configuration unless it is told otherwise. Source: Athena API Reference, "WorkGroupConfiguration". */
export function newSettings(given: WorkGroupConfiguration | undefined): WorkGroupSettings {
  const base = { ...defaultSettings, EnforceWorkGroupConfiguration: true };
  if (given === undefined) return base;
  const settings = withCommon(base, given);
  const managed = given.ManagedQueryResultsConfiguration;
  return verified({
    ...settings,
    ResultConfiguration: checkResultConfiguration(given.ResultConfiguration),
    ...(managed === undefined ? {} : { ManagedQueryResultsConfiguration: toManaged(managed) }),
  });
}

export function changedSettings(
  settings: WorkGroupSettings,
  updates: WorkGroupConfigurationUpdates | undefined,
): WorkGroupSettings {
  if (updates === undefined) return settings;
  const { BytesScannedCutoffPerQuery: cutoff, KmsKey, ...rest } = withCommon(settings, updates);
  const managed = updates.ManagedQueryResultsConfigurationUpdates;
  return verified({
    ...rest,
    ...(cutoff === undefined || updates.RemoveBytesScannedCutoffPerQuery === true
      ? {}
      : { BytesScannedCutoffPerQuery: cutoff }),
    ...(KmsKey === undefined || updates.RemoveCustomerContentEncryptionConfiguration === true
      ? {}
      : { KmsKey }),
    ResultConfiguration: changedResults(settings.ResultConfiguration, updates.ResultConfigurationUpdates),
    ...(managed === undefined
      ? {}
      : {
          ManagedQueryResultsConfiguration: toManaged({
            Enabled: managed.Enabled ?? settings.ManagedQueryResultsConfiguration?.Enabled ?? false,
            EncryptionConfiguration:
              managed.RemoveEncryptionConfiguration === true
                ? undefined
                : (managed.EncryptionConfiguration ??
                  settings.ManagedQueryResultsConfiguration?.EncryptionConfiguration),
          }),
        }),
  });
}

function withCommon(settings: WorkGroupSettings, given: Common): WorkGroupSettings {
  const cutoff = given.BytesScannedCutoffPerQuery;
  if (cutoff !== undefined && cutoff < cutoffBytesMin)
    throw invalidRequest(
      `1 validation error detected: Value at 'configuration.bytesScannedCutoffPerQuery' failed to satisfy constraint: Member must have value greater than or equal to ${cutoffBytesMin}`,
    );
  const version = given.EngineVersion?.SelectedEngineVersion;
  const kmsKey = given.CustomerContentEncryptionConfiguration?.KmsKey;
  const flags = [
    'EnforceWorkGroupConfiguration',
    'PublishCloudWatchMetricsEnabled',
    'RequesterPaysEnabled',
    'EnableMinimumEncryptionConfiguration',
    'AdditionalConfiguration',
    'ExecutionRole',
  ] as const;
  return {
    ...settings,
    ...Object.fromEntries(flags.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]))),
    ...(cutoff === undefined ? {} : { BytesScannedCutoffPerQuery: cutoff }),
    ...(kmsKey === undefined ? {} : { KmsKey: kmsKey }),
    ...(version === undefined
      ? {}
      : {
          SelectedEngineVersion: checkOneOf(version, 'engineVersion.selectedEngineVersion', engineVersions),
        }),
  };
}

function toManaged(given: {
  readonly Enabled?: boolean | undefined;
  readonly EncryptionConfiguration?: { readonly KmsKey?: string | undefined } | undefined;
}): NonNullable<WorkGroupSettings['ManagedQueryResultsConfiguration']> {
  const key = given.EncryptionConfiguration?.KmsKey;
  return {
    Enabled: given.Enabled === true,
    ...(key === undefined ? {} : { EncryptionConfiguration: { KmsKey: key } }),
  };
}

/** Source: Athena User Guide, "Managed query results" (not together with an output location). */
function verified(settings: WorkGroupSettings): WorkGroupSettings {
  if (
    settings.ManagedQueryResultsConfiguration?.Enabled === true &&
    settings.ResultConfiguration.OutputLocation !== undefined
  )
    throw invalidRequest('Managed query results and an output location cannot be used together.');
  return settings;
}

function changedResults(
  settings: ResultSettings,
  updates: ResultConfigurationUpdates | undefined,
): ResultSettings {
  if (updates === undefined) return settings;
  const given: ResultConfiguration = {
    OutputLocation:
      updates.RemoveOutputLocation === true ? undefined : (updates.OutputLocation ?? settings.OutputLocation),
    EncryptionConfiguration:
      updates.RemoveEncryptionConfiguration === true
        ? undefined
        : (updates.EncryptionConfiguration ?? settings.EncryptionConfiguration),
    ExpectedBucketOwner:
      updates.RemoveExpectedBucketOwner === true
        ? undefined
        : (updates.ExpectedBucketOwner ?? settings.ExpectedBucketOwner),
    AclConfiguration:
      updates.RemoveAclConfiguration === true
        ? undefined
        : (updates.AclConfiguration ?? settings.AclConfiguration),
  };
  return checkResultConfiguration(given);
}

export function shownSettings(settings: WorkGroupSettings): WorkGroupConfiguration {
  const { SelectedEngineVersion: _, KmsKey, ResultConfiguration: results, ...rest } = settings;
  return {
    ...rest,
    ResultConfiguration: { ...results } as ResultConfiguration,
    EngineVersion: engineVersionOf(settings),
    ...(KmsKey === undefined ? {} : { CustomerContentEncryptionConfiguration: { KmsKey } }),
  };
}

export function engineVersionOf({ SelectedEngineVersion }: WorkGroupSettings): EngineVersion {
  return { SelectedEngineVersion, EffectiveEngineVersion: effectiveEngineVersion };
}
