// SPDX-License-Identifier: Apache-2.0
import type { FailureDialect } from '../sigv4/failure-dialect.js';
import { WireError } from '../wire-error.js';

export type BodyFault =
  /** `bytesDeclared` where Content-Length told it before a byte was read. */
  | { readonly code: 'tooLarge'; readonly bytesMax: number; readonly bytesDeclared: number | undefined }
  /** The connection ended before the body did. */
  | { readonly code: 'incomplete' };

export class BodyFailure extends Error {
  override readonly name = 'BodyFailure';

  constructor(
    readonly fault: BodyFault,
    options?: ErrorOptions,
  ) {
    super(`request body could not be read: ${fault.code}`, options);
  }
}

/** The failure in the code, status and message of one protocol's AWS services. */
export function toBodyError(failure: BodyFailure, dialect: FailureDialect): WireError {
  const { fault } = failure;
  if (fault.code === 'incomplete') {
    const message = 'The request body terminated unexpectedly';
    const code = dialect === 's3' || dialect === 'query' ? 'IncompleteBody' : 'SerializationException';
    return new WireError(code, message, { status: 400, cause: failure });
  }
  if (dialect === 's3') return entityTooLarge(fault.bytesMax, fault.bytesDeclared, failure);
  const code = dialect === 'query' ? 'RequestEntityTooLarge' : 'RequestEntityTooLargeException';
  const message = `Request must be smaller than or equal to ${fault.bytesMax} bytes.`;
  return new WireError(code, message, { status: 413, cause: failure });
}

export function entityTooLarge(
  bytesMax: number,
  bytesDeclared: number | undefined,
  cause?: Error,
): WireError {
  return new WireError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    status: 400,
    fields: {
      ...(bytesDeclared === undefined ? {} : { ProposedSize: bytesDeclared }),
      MaxSizeAllowed: bytesMax,
    },
    ...(cause === undefined ? {} : { cause }),
  });
}
