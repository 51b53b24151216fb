// SPDX-License-Identifier: Apache-2.0

/**
 * A message that does not fit the model: not well-formed, or a value of another type than its member has. Each
 * protocol turns it into its API's own error.
 */
export class UnreadableValueError extends Error {
  override readonly name: string = 'UnreadableValueError';
  /** The header, query key or member that the value stood under, and the value, where it is one piece of text. */
  readonly place: { readonly name: string; readonly text: string } | undefined;

  constructor(message: string, place?: { readonly name: string; readonly text: string }) {
    super(message);
    this.place = place;
  }
}

/** The same of a header, a query key or a label, which S3 tells apart from a body that does not fit. */
export class UnreadableParameterError extends UnreadableValueError {}
