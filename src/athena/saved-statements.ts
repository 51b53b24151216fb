// SPDX-License-Identifier: Apache-2.0
import type { CatalogPlace } from './catalog/catalog-documents.js';

/** A query that was saved under a name. */
export interface NamedQueryDocument {
  /** UUID. */
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly database: string;
  readonly queryString: string;
  readonly workGroup: string;
  readonly createdAtMs: number;
}

/** A statement of a work group that `EXECUTE name USING …` runs. */
export interface PreparedStatementDocument {
  readonly name: string;
  readonly workGroup: string;
  readonly queryStatement: string;
  readonly description?: string;
  readonly modifiedAtMs: number;
}

export function namedQueryKey(place: CatalogPlace, id: string): string {
  return `${namedQueryPrefix(place)}${id}`;
}

export function namedQueryPrefix({ accountId, region }: CatalogPlace): string {
  return `athena-named-query/${accountId}/${region}/`;
}

/** Names of prepared statements have letters, digits, `_`, `@` and `:`. */
export function preparedStatementKey(place: CatalogPlace, workGroup: string, name: string): string {
  return `${preparedStatementPrefix(place, workGroup)}${name}`;
}

export function preparedStatementPrefix({ accountId, region }: CatalogPlace, workGroup: string): string {
  return `athena-prepared-statement/${accountId}/${region}/${workGroup}/`;
}
