// SPDX-License-Identifier: Apache-2.0

/**
 * An operation's output as its JSON protocol would write it, by whoever had it as text already: it is sent as it is. For answers
 * that no record shows anything of.
 */
export class WrittenJson {
  /** One object. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
