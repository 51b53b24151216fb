// SPDX-License-Identifier: Apache-2.0
import type { CatalogPlace } from './catalog/catalog-documents.js';

export type ResultEncryption = {
  readonly EncryptionOption: 'SSE_S3' | 'SSE_KMS' | 'CSE_KMS';
  readonly KmsKey?: string;
};

/** How results are written, in AWS's own members. */
export interface ResultSettings {
  readonly OutputLocation?: string;
  readonly EncryptionConfiguration?: ResultEncryption;
  readonly ExpectedBucketOwner?: string;
  readonly AclConfiguration?: { readonly S3AclOption: 'BUCKET_OWNER_FULL_CONTROL' };
}

/** A work group's configuration in AWS's own members; those that Cairn acts on are named. */
export interface WorkGroupSettings {
  readonly ResultConfiguration: ResultSettings;
  readonly ManagedQueryResultsConfiguration?: {
    readonly Enabled: boolean;
    readonly EncryptionConfiguration?: { readonly KmsKey: string };
  };
  readonly EnforceWorkGroupConfiguration: boolean;
  readonly PublishCloudWatchMetricsEnabled: boolean;
  readonly BytesScannedCutoffPerQuery?: number;
  readonly RequesterPaysEnabled: boolean;
  readonly SelectedEngineVersion: string;
  readonly EnableMinimumEncryptionConfiguration: boolean;
  readonly AdditionalConfiguration?: string;
  readonly ExecutionRole?: string;
  readonly KmsKey?: string;
}

export interface WorkGroupDocument {
  readonly name: string;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly description?: string;
  readonly settings: WorkGroupSettings;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
}

export const primaryWorkGroup = 'primary';

/** Source: answers of Athena for a work group that nobody has changed. */
export const defaultSettings: WorkGroupSettings = {
  ResultConfiguration: {},
  EnforceWorkGroupConfiguration: false,
  PublishCloudWatchMetricsEnabled: false,
  RequesterPaysEnabled: false,
  SelectedEngineVersion: 'AUTO',
  EnableMinimumEncryptionConfiguration: false,
};

/** `athena-work-group/111122223333/eu-west-1/primary` */
export function workGroupKey(place: CatalogPlace, name: string): string {
  return `${workGroupPrefix(place)}${name}`;
}

export function workGroupPrefix({ accountId, region }: CatalogPlace): string {
  return `athena-work-group/${accountId}/${region}/`;
}

export function workGroupArn({ accountId, region }: CatalogPlace, name: string): string {
  return `arn:aws:athena:${region}:${accountId}:workgroup/${name}`;
}

/** The work group of a name. `primary` is there from the start, and as it was until somebody changes it. */
export function findWorkGroup(
  state: { get<T>(key: string): T | undefined },
  place: CatalogPlace,
  name: string,
): WorkGroupDocument | undefined {
  const found = state.get<WorkGroupDocument>(workGroupKey(place, name));
  if (found !== undefined || name !== primaryWorkGroup) return found;
  return { name, state: 'ENABLED', settings: defaultSettings, tags: {}, createdAtMs: 0 };
}
