// SPDX-License-Identifier: Apache-2.0

/** A statement that changes more keys than this would make a log entry that is larger than an entry may be. */
export const partitionsPerStatementMax = 1_000;

/** All of them are listed for every query of the table. */
export const partitionsPerTableMax = 10_000;

/** Source: Glue quotas (tables per database 200,000; ours are documents of one node). */
export const tablesPerDatabaseMax = 10_000;
export const databasesMax = 1_000;

/** A document of the state, all columns together. */
export const tableTextLengthMax = 256 * 1024;
