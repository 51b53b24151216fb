// SPDX-License-Identifier: Apache-2.0

/** The service's code where an error has one, otherwise the system's or a plain word: GetTrailStatus shows it. */
export function errorCode(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code === 'string') return code;
  return name === 'AbortError' || name === 'TimeoutError' ? 'RequestTimeout' : 'InternalError';
}
