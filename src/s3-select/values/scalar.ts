// SPDX-License-Identifier: Apache-2.0

/** Values that JavaScript has no type for. Told apart from structs, which are plain objects. */
export abstract class Scalar {
  abstract toString(): string;
}

/** FLOAT: 8 bytes. Integers of the language are JavaScript's `number`s, so that rows as JSON.parse gives them need no walk. */
export class Float extends Scalar {
  constructor(readonly value: number) {
    super();
  }

  override toString(): string {
    return String(this.value);
  }
}
