// SPDX-License-Identifier: Apache-2.0

/** Statements about prepared statements (Amazon Athena User Guide, "Use prepared statements"). */
export type PreparedStatement =
  | { readonly kind: 'prepare'; readonly name: string; readonly sql: string }
  /** Values as SQL literals are written. */
  | { readonly kind: 'execute'; readonly name: string; readonly parameters: readonly string[] }
  | { readonly kind: 'deallocate'; readonly name: string };
