// SPDX-License-Identifier: Apache-2.0
import type { Row, RowNames } from '../evaluate/bindings.js';
import type { Value } from '../values/value.js';

export interface SourceRow {
  readonly row: Row;
  /** The row as JSON text, where it came as that; without white space between its tokens. */
  readonly json?: () => Uint8Array;
}

/** The rows of an object. */
export interface RowSource {
  readonly names: RowNames;
  readonly batches: AsyncIterable<readonly SourceRow[]>;
  /** What `*` gives of a row. */
  entries(row: Row): readonly (readonly [name: string, value: Value])[];
}

/** The bytes of one version of an object. */
export interface ObjectBytes {
  readonly size: number;
  /** From `start` to `end`, both inclusive. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}
