// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import type { CatalogPlace } from './catalog/catalog-documents.js';

/** A data catalog that somebody registered. Only AwsDataCatalog has tables that queries reach. */
export interface DataCatalogDocument {
  readonly name: string;
  readonly type: 'LAMBDA' | 'GLUE' | 'HIVE' | 'FEDERATED';
  readonly description?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** By a hash: names are up to 256 characters of any kind. */
export function dataCatalogKey(place: CatalogPlace, name: string): string {
  return `${dataCatalogPrefix(place)}${hash('sha256', name.toLowerCase())}`;
}

export function dataCatalogPrefix({ accountId, region }: CatalogPlace): string {
  return `athena-data-catalog/${accountId}/${region}/`;
}

export function dataCatalogArn({ accountId, region }: CatalogPlace, name: string): string {
  return `arn:aws:athena:${region}:${accountId}:datacatalog/${name}`;
}
