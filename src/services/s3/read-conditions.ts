// SPDX-License-Identifier: Apache-2.0
import type { ObjectInfo } from '../../ports/object-store.js';
import { quoted, withoutQuotes } from './put-object.js';
import { s3Error } from './s3-error.js';

export interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: Date | undefined;
  readonly ifUnmodifiedSince?: Date | undefined;
}

/**
 * Throws NotModified (304) or PreconditionFailed (412). If-Match that holds outweighs If-Unmodified-Since;
 * If-None-Match that does not hold outweighs If-Modified-Since. Source: S3 API Reference, GetObject; RFC 9110, 13.2.2.
 */
export function verifyReadConditions(conditions: ReadConditions, info: ObjectInfo): void {
  verifyPreconditions(conditions, info);
  const { ifNoneMatch, ifModifiedSince } = conditions;
  const isUnchanged =
    ifNoneMatch === undefined ? isNotModifiedSince(ifModifiedSince, info) : matches(ifNoneMatch, info);
  if (isUnchanged) throw s3Error('NotModified', undefined, {}, notModifiedHeaders(info));
}

/** The same four for the source of a copy, which knows no 304. Source: S3 API Reference, CopyObject. */
export function verifyCopyConditions(conditions: ReadConditions, info: ObjectInfo): void {
  verifyPreconditions(conditions, info);
  const { ifNoneMatch, ifModifiedSince } = conditions;
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, info))
    throw failed('x-amz-copy-source-If-None-Match');
  if (ifNoneMatch === undefined && isNotModifiedSince(ifModifiedSince, info))
    throw failed('x-amz-copy-source-If-Modified-Since');
}

function verifyPreconditions({ ifMatch, ifUnmodifiedSince }: ReadConditions, info: ObjectInfo): void {
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, info)) throw failed('If-Match');
    return;
  }
  if (ifUnmodifiedSince !== undefined && modifiedSeconds(info) > seconds(ifUnmodifiedSince))
    throw failed('If-Unmodified-Since');
}

function matches(header: string, info: ObjectInfo): boolean {
  if (header.trim() === '*') return true;
  return header.split(',').some((etag) => withoutQuotes(etag.trim().replace(/^W\//, '')) === info.etag);
}

function isNotModifiedSince(since: Date | undefined, info: ObjectInfo): boolean {
  return since !== undefined && modifiedSeconds(info) <= seconds(since);
}

/** HTTP dates have whole seconds; the stored time is compared as the client saw it. */
function modifiedSeconds(info: ObjectInfo): number {
  return Math.floor(info.lastModifiedMs / 1000);
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function notModifiedHeaders(info: ObjectInfo): Record<string, string> {
  return { etag: quoted(info.etag), 'last-modified': new Date(info.lastModifiedMs).toUTCString() };
}

function failed(condition: string): Error {
  return s3Error('PreconditionFailed', undefined, { Condition: condition });
}
