// SPDX-License-Identifier: Apache-2.0

/**
 * Why a chain ended and began again. Nothing in a digest says that it is the final one: what can be seen is the call that
 * stopped the trail, in a log file under the digests before the gap ("events up to and including the StopLogging event":
 * CloudTrail User Guide, "CloudTrail digest file structure"). The call stands in the files of the trail's home Region only.
 */
export interface TrailEvent {
  readonly eventName: string;
  /** ISO 8601, as recorded. */
  readonly eventTime: string;
  readonly eventId: string;
  /** The ARN or name of who called, as far as the record tells. */
  readonly caller: string;
  /** The trail's name or ARN, as the call had it. */
  readonly trail: string;
}

const stopNames: ReadonlySet<string> = new Set(['StopLogging', 'DeleteTrail', 'UpdateTrail']);
const marks = Array.from(stopNames, (name) => Buffer.from(`"${name}"`));

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
  if (text(event.eventSource) !== 'cloudtrail.amazonaws.com' || !stopNames.has(name)) return [];
  if (event.errorCode !== undefined || !stopsDigests(name, request)) return [];
  return [
    {
      eventName: name,
      eventTime: text(event.eventTime),
      eventId: text(event.eventID),
      caller: text(object(event.userIdentity).arn) || text(object(event.userIdentity).principalId),
      trail: text(request.name),
    },
  ];
}

/** UpdateTrail ends a chain when it turns validation off, or sends it to another bucket or prefix. */
function stopsDigests(name: string, request: Record<string, unknown>): boolean {
  if (name !== 'UpdateTrail') return true;
  return (
    request.enableLogFileValidation === false ||
    typeof request.s3BucketName === 'string' ||
    typeof request.s3KeyPrefix === 'string'
  );
}

export function isAboutTrail(event: TrailEvent, trailName: string): boolean {
  return event.trail === trailName || event.trail.endsWith(`:trail/${trailName}`);
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
