// SPDX-License-Identifier: Apache-2.0
import { selectErrorMessages } from './select-error-messages.js';

export type SelectErrorCode = keyof typeof selectErrorMessages;

/** Why a selection cannot be made, or did not reach its end: one of S3's documented codes. The message is for the caller. */
export class SelectError extends Error {
  override readonly name = 'SelectError';
  constructor(
    readonly code: SelectErrorCode,
    /** What exactly, behind the documented sentence. */
    detail?: string,
    options?: ErrorOptions,
  ) {
    super(
      detail === undefined ? selectErrorMessages[code] : `${selectErrorMessages[code]} ${detail}`,
      options,
    );
  }
}
