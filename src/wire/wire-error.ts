// SPDX-License-Identifier: Apache-2.0

export interface WireErrorOptions extends ErrorOptions {
  /** The HTTP status, where no model knows the code; otherwise the model's is taken. */
  readonly status?: number;
  /** Further members of the error's shape or body (`BucketName`, `Resource`, …). */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An answer in AWS's words: the error that a caller of the API sees. Thrown by name; each protocol writes it in
 * its own form, with the status of the service's model where the model knows the code.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: string;
  readonly status: number | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, options: WireErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.status = options.status;
    this.fields = options.fields ?? {};
    this.headers = options.headers ?? {};
  }
}
