// SPDX-License-Identifier: Apache-2.0

/** What GetTrailStatus shows where an answer does not name S3's code (a proxy's own page, an answer without a body). */
const codesByStatus: Readonly<Record<number, string>> = {
  403: 'AccessDenied',
  404: 'NotFound',
  412: 'PreconditionFailed',
  429: 'SlowDown',
  500: 'InternalError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

/**
 * A call to a foreign S3 that did not come to what was asked. Code and message only: errors of the SDK carry whole answers,
 * and what a store answers is nobody's business but its own.
 */
export class S3Failure extends Error {
  override readonly name = 'S3Failure';
  constructor(
    /** S3's code, or the system's where there was no answer (`ECONNREFUSED`, `RequestTimeout`). */
    readonly code: string,
    message: string,
    /** Of the answer; undefined when there was none, or none that could be read. */
    readonly status: number | undefined,
    /** S3 itself said so: the answer named one of its codes. */
    readonly isS3: boolean,
  ) {
    super(message);
  }
}

/** A code is shown by GetTrailStatus, and kept: a store could write anything there. */
const codeForm = /^[A-Za-z0-9._-]{1,64}$/;
const messageLengthMax = 1_000;

export function toS3Failure(error: unknown): S3Failure {
  if (error instanceof S3Failure) return error;
  const facts = error as {
    readonly name?: string;
    readonly message?: string;
    readonly code?: unknown;
    readonly Code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  const status = facts.$metadata?.httpStatusCode;
  const message = (facts.message ?? '').slice(0, messageLengthMax);
  if (typeof facts.Code === 'string' && codeForm.test(facts.Code))
    return new S3Failure(facts.Code, message, status, true);
  if (status !== undefined)
    return new S3Failure(codesByStatus[status] ?? `HTTP${status}`, `the answer was ${status}`, status, false);
  return new S3Failure(networkCode(facts), message, undefined, false);
}

function networkCode({ code, name }: { readonly code?: unknown; readonly name?: string }): string {
  if (typeof code === 'string') return code;
  return name === 'TimeoutError' || name === 'AbortError' ? 'RequestTimeout' : 'InternalError';
}

/** With these a store, or what stands before it, may have given up on a call that it had begun. */
const unsureStatuses: ReadonlySet<number> = new Set([408, 409, 425, 429]);
const unsureCodes: ReadonlySet<string> = new Set(['RequestTimeout', 'OperationAborted']);

/** S3 itself said no, so that nothing was stored. Everything else leaves that open. */
export function isRefusal({ isS3, status, code }: S3Failure): boolean {
  if (!isS3 || status === undefined || status < 300 || status >= 500) return false;
  return !unsureStatuses.has(status) && !unsureCodes.has(code);
}
