// SPDX-License-Identifier: Apache-2.0

/** Names one version of the value under a key. Opaque; equal when and only when the version is the same. */
export type Revision = string & { readonly __revision: unique symbol };

/**
 * A change of state that travels in a log entry.
 * `expected`: undefined = whatever is there; null = there must be nothing; a revision = it must be this version.
 */
export interface StateChange {
  readonly key: string;
  /** The new value (anything JSON can say), or null to remove the key. */
  readonly value: unknown;
  readonly expected?: Revision | null;
}

export interface StateEntry<T = unknown> {
  readonly key: string;
  readonly value: T;
  readonly revision: Revision;
}

/**
 * Reads over the state that is folded from the log. Writing happens by EventLog.append alone.
 *
 * Keys are `/`-separated paths whose first part names the kind: `trail/111122223333/us-east-1/my-trail`,
 * `bucket/my-logs`. Keys hold at most 1,000 bytes of UTF-8 and sort by bytes.
 *
 * Obligations of every adapter:
 * - `get` and `list` MUST be synchronous, read the local view, and show every append that this process saw resolve.
 * - Values MUST come back as they were given (JSON round trip); callers MUST NOT change what they get.
 * - `list` MUST give keys in byte order, exactly those that start with `prefix` (a plain string prefix).
 * - `watch` MUST call back after every applied change under the prefix, in log order, at least once.
 */
export interface StateStore {
  get<T = unknown>(key: string): StateEntry<T> | undefined;
  list<T = unknown>(
    prefix: string,
    options?: { readonly after?: string; readonly limit?: number },
  ): StateEntry<T>[];
  watch(prefix: string, onChange: (key: string) => void): () => void;
}
