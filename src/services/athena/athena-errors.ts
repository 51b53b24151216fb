// SPDX-License-Identifier: Apache-2.0
import { WireError } from '../../wire/wire-error.js';

/** @param athenaErrorCode Athena writes it twice, under both names. */
export function invalidRequest(message: string, athenaErrorCode = 'INVALID_INPUT'): WireError {
  return new WireError('InvalidRequestException', message, {
    fields: { AthenaErrorCode: athenaErrorCode, ErrorCode: athenaErrorCode },
  });
}

/** The form in which Athena says that a member breaks a rule of the model. It does not repeat the value. */
export function brokenConstraint(member: string, constraint: string): WireError {
  return invalidRequest(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

export function resourceNotFound(message: string, resource?: string): WireError {
  return new WireError('ResourceNotFoundException', message, {
    ...(resource === undefined ? {} : { fields: { ResourceName: resource } }),
  });
}

export function metadataError(message: string): WireError {
  return new WireError('MetadataException', message);
}
