// SPDX-License-Identifier: Apache-2.0

/**
 * Why a chain ended and began again. Nothing in a digest says that it is the final one: what can be seen is the call that
 * stopped the trail, in a log file under the digests before the gap ("events up to and including the StopLogging event":
 * CloudTrail User Guide, "CloudTrail digest file structure"). The call stands in the files of the trail's home Region only.
 * The chains of a member of an organization end when it leaves, too: that call stands in the member's files of us-east-1.
 */
export interface TrailEvent {
  readonly eventName: string;
  /** ISO 8601, as recorded. */
  readonly eventTime: string;
  readonly eventId: string;
  /** The ARN or name of who called, as far as the record tells. */
  readonly caller: string;
  /** The trail's name or ARN, as the call had it; empty where all trails of an organization are meant. */
  readonly trail: string;
  /** The one account whose chains it ended; absent: those of all accounts that the trail logs in. */
  readonly accountId?: string;
}

const stopNames: ReadonlySet<string> = new Set(['StopLogging', 'DeleteTrail', 'UpdateTrail']);
const leaveNames: ReadonlySet<string> = new Set(['LeaveOrganization', 'RemoveAccountFromOrganization']);
const marks = [...stopNames, ...leaveNames].map((name) => Buffer.from(`"${name}"`));

/** The calls that stopped some trail, or turned its validation off, among the records of a log file. */
export function stopEventsIn(content: Uint8Array): TrailEvent[] {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!marks.some((mark) => buffer.includes(mark))) return [];
  let records: unknown;
  try {
    records = (JSON.parse(buffer.toString('utf8')) as { Records?: unknown }).Records;
  } catch {
    return [];
  }
  return Array.isArray(records) ? records.flatMap(toStop) : [];
}

function toStop(record: unknown): TrailEvent[] {
  const event = object(record);
  const request = object(event.requestParameters);
  const name = text(event.eventName);
  if (event.errorCode !== undefined) return [];
  const common = {
    eventName: name,
    eventTime: text(event.eventTime),
    eventId: text(event.eventID),
    caller: text(object(event.userIdentity).arn) || text(object(event.userIdentity).principalId),
  };
  const source = text(event.eventSource);
  if (source === 'cloudtrail.amazonaws.com' && stopNames.has(name) && stopsDigests(name, request))
    return [{ ...common, trail: text(request.name) }];
  if (source === 'organizations.amazonaws.com' && leaveNames.has(name))
    return [{ ...common, trail: '', accountId: text(request.accountId) || text(event.recipientAccountId) }];
  return [];
}

/** UpdateTrail ends a chain when it turns validation off, or sends it to another bucket or folder. */
function stopsDigests(name: string, request: Record<string, unknown>): boolean {
  if (name !== 'UpdateTrail') return true;
  return (
    request.enableLogFileValidation === false ||
    typeof request.isOrganizationTrail === 'boolean' ||
    typeof request.s3BucketName === 'string' ||
    typeof request.s3KeyPrefix === 'string'
  );
}

export function isAboutTrail(event: TrailEvent, trailName: string): boolean {
  if (event.accountId !== undefined) return true;
  return event.trail === trailName || event.trail.endsWith(`:trail/${trailName}`);
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
