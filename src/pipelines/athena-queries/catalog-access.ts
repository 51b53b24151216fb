// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed } from '../../identity/access.js';
import type { DdlStatement } from '../../query/dialect/ddl-statement.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import { QueryError } from '../../query/query-error.js';

/** Why the caller of a query may not do something, in AWS's words; undefined when he may. By all policies as they are now. */
export type DenialOf = (job: QueryJob, need: AccessNeed) => string | undefined;

/** What of the catalog something is about. */
export interface CatalogResource {
  readonly database?: string;
  readonly table?: string;
}

/**
 * Throws unless the caller may: the catalog's permissions are Glue's, and each action needs the catalog, the database and the
 * table. Source: Athena User Guide, "Configure access to databases and tables in the AWS Glue Data Catalog"; Service
 * Authorization Reference, "AWS Glue".
 */
export function verifyCatalogAccess(
  job: QueryJob,
  action: string,
  { database, table }: CatalogResource,
  denialOf: DenialOf,
): void {
  const arn = `arn:aws:glue:${job.region}:${job.accountId}:`;
  const resources = [
    `${arn}catalog`,
    ...(database === undefined ? [] : [`${arn}database/${database}`]),
    ...(database === undefined || table === undefined ? [] : [`${arn}table/${database}/${table}`]),
  ];
  for (const resource of resources) {
    const denial = denialOf(job, { action: `glue:${action}`, resource });
    if (denial !== undefined)
      throw new QueryError(
        'ACCESS_DENIED',
        `Insufficient permissions to execute the query. ${denial} (Service: AmazonDataCatalog; Status Code: 400; Error Code: AccessDeniedException)`,
      );
  }
}

/** The history is what LookupEvents shows: who may not look up may not query it. */
export function verifyHistoryAccess(job: QueryJob, denialOf: DenialOf): void {
  const denial = denialOf(job, { action: 'cloudtrail:LookupEvents', resource: '*' });
  if (denial !== undefined)
    throw new QueryError('ACCESS_DENIED', `Insufficient permissions to execute the query. ${denial}`);
}

/** What a statement about the catalog needs. Source: the same page of the Athena User Guide, its table of DDL statements. */
export const actionsOf: Readonly<Record<DdlStatement['kind'], readonly string[]>> = {
  createTable: ['CreateTable'],
  dropTable: ['DeleteTable'],
  addPartitions: ['BatchCreatePartition'],
  dropPartitions: ['BatchDeletePartition'],
  setTableProperties: ['GetTable', 'UpdateTable'],
  setTableLocation: ['GetTable', 'UpdateTable'],
  setPartitionLocation: ['GetTable', 'UpdatePartition'],
  renamePartition: ['GetTable', 'UpdatePartition'],
  addColumns: ['GetTable', 'UpdateTable'],
  replaceColumns: ['GetTable', 'UpdateTable'],
  changeColumn: ['GetTable', 'UpdateTable'],
  repairTable: ['GetTable', 'GetPartitions', 'BatchCreatePartition'],
  createView: ['CreateTable'],
  dropView: ['DeleteTable'],
  createDatabase: ['CreateDatabase'],
  dropDatabase: ['DeleteDatabase'],
  setDatabaseProperties: ['GetDatabase', 'UpdateDatabase'],
  showDatabases: ['GetDatabases'],
  showTables: ['GetTables'],
  showViews: ['GetTables'],
  showColumns: ['GetTable'],
  showPartitions: ['GetTable', 'GetPartitions'],
  showCreateTable: ['GetTable'],
  showCreateView: ['GetTable'],
  showTableProperties: ['GetTable'],
  describe: ['GetTable'],
};
