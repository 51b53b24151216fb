// SPDX-License-Identifier: Apache-2.0
import { LogEventStoreFullError } from '../../ports/log-event-store.js';
import { WireError } from '../../wire/wire-error.js';

export function invalidParameter(message: string): WireError {
  return new WireError('InvalidParameterException', message);
}

/** The form in which AWS's services say that a member breaks a rule of the model. */
export function brokenConstraint(member: string, value: unknown, constraint: string): WireError {
  const shown = typeof value === 'string' ? value.slice(0, 600) : JSON.stringify(value);
  return invalidParameter(
    `1 validation error detected: Value '${shown}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

export function groupNotFound(): WireError {
  return new WireError('ResourceNotFoundException', 'The specified log group does not exist.');
}

export function streamNotFound(): WireError {
  return new WireError('ResourceNotFoundException', 'The specified log stream does not exist.');
}

export function invalidToken(): WireError {
  return invalidParameter('The specified nextToken is invalid.');
}

/** No room: the caller is told to come again, in Logs' own words. */
export function translateLogsError(error: unknown): unknown {
  if (!(error instanceof LogEventStoreFullError)) return error;
  return new WireError('ServiceUnavailableException', 'The service cannot complete the request.', {
    status: 503,
    cause: error,
  });
}
