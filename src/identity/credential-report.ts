// SPDX-License-Identifier: Apache-2.0

/** A key as the report tells of it. Times in ms since the epoch. */
export interface ReportedKey {
  readonly isActive: boolean;
  readonly createdAtMs: number;
  readonly lastUsed?: { readonly atMs: number; readonly region: string; readonly serviceName: string };
}

/** The root or a user as the report tells of them. */
export interface ReportedPerson {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly isRoot: boolean;
  /** Absent: no password. */
  readonly password?: {
    readonly lastUsedMs: number | undefined;
    /** Not known of the root's. */
    readonly changedAtMs: number | undefined;
    /** Undefined: never. */
    readonly expiresAtMs: number | undefined;
  };
  readonly hasMfa: boolean;
  /** Two at most, oldest first. */
  readonly keys: readonly ReportedKey[];
}

/** A report as it is kept, until the next one is made. */
export interface CredentialReportDocument {
  readonly generatedAtMs: number;
  readonly csv: string;
}

/** A report is made again after four hours only, and expires then. Source: IAM User Guide, "Generate credential reports …". */
export const reportAgeMsMax = 4 * 3_600_000;

export function credentialReportKey(accountId: string): string {
  return `iam/${accountId}/credential-report`;
}

/** How the root is called. */
export const reportedRootName = '<root_account>';

const keyColumns = ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'];

const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...keyColumns.map((column) => `access_key_1_${column}`),
  ...keyColumns.map((column) => `access_key_2_${column}`),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
  'additional_credentials_info',
];

const notApplicable = 'N/A';
const notSupported = 'not_supported';

/** Services whose calls are of no Region. */
const globalServices: ReadonlySet<string> = new Set(['s3']);

/**
 * The report in CSV, a line each for the root and every user, the columns and their values as documented. Yes and no are
 * written small, as in real reports. Source: IAM User Guide, "Generate credential reports for your AWS account".
 */
export function credentialReport(people: readonly ReportedPerson[]): string {
  return [columns, ...people.map(rowOf)].map((cells) => cells.map(cell).join(',')).join('\n');
}

function rowOf(person: ReportedPerson): string[] {
  const { name, arn, createdAtMs, password, hasMfa, keys } = person;
  return [
    name,
    arn,
    time(createdAtMs),
    String(password !== undefined),
    ...passwordCells(person),
    String(hasMfa),
    ...keyCells(keys[0]),
    ...keyCells(keys[1]),
    // Signing certificates: nobody has any.
    ...['false', notApplicable, 'false', notApplicable],
    // Of more than two keys, which nobody has.
    notApplicable,
  ];
}

/** Last used, last changed, next rotation. */
function passwordCells({ password, isRoot }: ReportedPerson): string[] {
  const nextRotation = isRoot ? notSupported : time(password?.expiresAtMs);
  if (password === undefined) return [notApplicable, notApplicable, nextRotation];
  return [
    password.lastUsedMs === undefined ? 'no_information' : time(password.lastUsedMs),
    isRoot ? notSupported : time(password.changedAtMs),
    nextRotation,
  ];
}

function keyCells(key: ReportedKey | undefined): string[] {
  const { lastUsed } = key ?? {};
  const isOfRegion = lastUsed !== undefined && !globalServices.has(lastUsed.serviceName);
  return [
    String(key?.isActive ?? false),
    // Documented so: a key that is not active shows no date.
    key?.isActive === true ? time(key.createdAtMs) : notApplicable,
    time(lastUsed?.atMs),
    isOfRegion ? lastUsed.region : notApplicable,
    lastUsed?.serviceName ?? notApplicable,
  ];
}

/** `2026-11-21T10:00:00+00:00` */
function time(timeMs: number | undefined): string {
  return timeMs === undefined ? notApplicable : `${new Date(timeMs).toISOString().slice(0, 19)}+00:00`;
}

/** Names may hold commas. */
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
