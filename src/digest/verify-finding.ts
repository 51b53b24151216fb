// SPDX-License-Identifier: Apache-2.0

/**
 * How much a finding weighs: `invalid` is proof that something is not as it was delivered, `unchecked` says that no
 * answer was possible (exit code 2), `warning` is for a human to read.
 */
export type Severity = 'invalid' | 'unchecked' | 'warning';

/** What a validation may find. The words are part of the JSON answer: they are added to, never changed. */
export type FindingCode =
  // Digests.
  | 'digest-missing'
  | 'digest-unreadable'
  | 'digest-appended'
  | 'digest-moved'
  | 'digest-signature'
  | 'digest-unsigned'
  | 'digest-altered'
  | 'digest-rewritten'
  | 'digest-bypassed'
  | 'digest-not-read'
  | 'key-unknown'
  | 'key-outside-validity'
  // What lies between them.
  | 'chain-restarted'
  | 'chain-restart-unexplained'
  | 'chain-stopped'
  | 'chain-tail'
  | 'chain-time-gap'
  | 'chain-elsewhere'
  | 'chain-newer-known'
  // What was remembered.
  | 'head-gone'
  | 'head-rewritten'
  | 'chain-gone'
  // Log files.
  | 'log-missing'
  | 'log-altered'
  | 'log-unreadable'
  | 'log-appended'
  | 'log-not-read'
  | 'log-elsewhere'
  | 'log-unproven'
  | 'log-not-covered';

export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** An s3:// address or a path; of what is missing, the one where it should be. */
  readonly place: string;
  /** One sentence without the place. */
  readonly message: string;
  /** The place is worked out from the digests around it: nobody names this digest. */
  readonly estimated?: true;
}

/** What contradicts an earlier validation, or the clock: an owner who knows the reason may accept these. */
export const memoryCodes: ReadonlySet<FindingCode> = new Set([
  'head-gone',
  'head-rewritten',
  'chain-gone',
  'chain-restart-unexplained',
  'chain-tail',
]);
