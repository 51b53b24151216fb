// SPDX-License-Identifier: Apache-2.0

/** One construct of the dialect: a statement, and what it answers, as Athena prints cells. */
export interface SqlCase {
  readonly sql: string;
  /** Cells by row; null is SQL's NULL. */
  readonly rows?: readonly (readonly (string | null)[])[];
  /** Or why it fails: the code, and a part of the message. */
  readonly fails?: readonly [code: string, message: string];
}

export interface SqlTopic {
  readonly title: string;
  /** By whose rules: pages of Trino's documentation, unless it says Amazon's. */
  readonly page: string;
  readonly cases: readonly SqlCase[];
}

export const is = (sql: string, ...cells: readonly (string | null)[]): SqlCase => ({ sql, rows: [cells] });
export const gives = (sql: string, ...rows: readonly (readonly (string | null)[])[]): SqlCase => ({
  sql,
  rows,
});
export const fails = (sql: string, code: string, message: string): SqlCase => ({
  sql,
  fails: [code, message],
});
