// SPDX-License-Identifier: Apache-2.0

/** A query for people to start from. */
export interface SampleQuery {
  readonly name: string;
  readonly description: string;
  /** In CloudTrail Lake's dialect; `$EDS_ID` stands for the id of an event data store. */
  readonly sql: string;
}
