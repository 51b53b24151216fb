// SPDX-License-Identifier: Apache-2.0
import type { ObjectAttributes } from '../ports/object-store.js';
import type { BucketDocument } from './bucket.js';
import { BucketError } from './bucket-error.js';

export type Retention = NonNullable<ObjectAttributes['retention']>;

/** A bucket with Object Lock: it is never switched off again, and keeps every version. */
export interface ObjectLockDocument {
  /** How versions are retained that say nothing of it themselves; one of `days` and `years`. */
  readonly defaultRetention?: {
    readonly mode: Retention['mode'];
    readonly days?: number;
    readonly years?: number;
  };
}

const dayMs = 86_400_000;

/** Source: S3 User Guide, "Object Lock considerations": at most 100 years, of 365 days each. */
const daysMax = 36_500;
const yearsMax = 100;
const daysOfYear = 365;

/** The retention that the bucket gives a version which is made now and asks for none. */
export function defaultRetention(
  { objectLock }: Pick<BucketDocument, 'objectLock'>,
  nowMs: number,
): Retention | undefined {
  const rule = objectLock?.defaultRetention;
  if (rule === undefined) return undefined;
  const days = rule.days ?? (rule.years ?? 0) * daysOfYear;
  return { mode: rule.mode, untilMs: nowMs + days * dayMs };
}

interface LockConfigurationInput {
  readonly ObjectLockEnabled?: string | undefined;
  readonly Rule?:
    | {
        readonly DefaultRetention?:
          | {
              readonly Mode?: string | undefined;
              readonly Days?: number | undefined;
              readonly Years?: number | undefined;
            }
          | undefined;
      }
    | undefined;
}

/**
 * What PutObjectLockConfiguration brings. Throws MalformedXML, and InvalidArgument for a period out of bounds.
 * Source: S3 API Reference, PutObjectLockConfiguration.
 */
export function toObjectLockDocument(input: LockConfigurationInput | undefined): ObjectLockDocument {
  if (input?.ObjectLockEnabled !== 'Enabled') throw malformed();
  if (input.Rule === undefined) return {};
  const { Mode: mode, Days: days, Years: years } = input.Rule.DefaultRetention ?? {};
  if (!isMode(mode) || (days === undefined) === (years === undefined)) throw malformed();
  if (days !== undefined) return { defaultRetention: { mode, days: period('Days', days, daysMax) } };
  return { defaultRetention: { mode, years: period('Years', years ?? 0, yearsMax) } };
}

function period(name: string, value: number, max: number): number {
  if (!Number.isInteger(value) || value < 1)
    throw invalid('Default retention period must be a positive integer value.', name, value);
  if (value > max) throw invalid('Default retention period too large.', name, value);
  return value;
}

export function isMode(text: string | undefined): text is Retention['mode'] {
  return text === 'GOVERNANCE' || text === 'COMPLIANCE';
}

/** A retention that a request asks for: it must end in the future. `name`: the argument that says until when. */
export function newRetention(mode: Retention['mode'], until: Date, nowMs: number, name: string): Retention {
  const untilMs = until.getTime();
  if (untilMs > nowMs) return { mode, untilMs };
  throw invalid('The retain until date must be in the future!', name, until.toISOString());
}

function malformed(): BucketError {
  return new BucketError('MalformedXML', '');
}

function invalid(message: string, name: string, value: unknown): BucketError {
  return new BucketError('InvalidArgument', message, { ArgumentName: name, ArgumentValue: String(value) });
}
