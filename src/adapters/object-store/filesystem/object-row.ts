// SPDX-License-Identifier: Apache-2.0
import type { ObjectAttributes, ObjectInfo } from '../../../ports/object-store.js';
import type { Sealing } from './blob-keys.js';

/** A file of the blob folder: its name, and the size of what it holds. */
export interface BlobRef {
  readonly id: string;
  readonly bytes: number;
  /** Absent: format 2 wrote the bytes as they are. */
  readonly sealed?: Sealing;
}

/** The bytes of a small object, in the index. */
export interface InlineRef {
  readonly inline: string;
  readonly sealed?: Sealing;
}

/** Where an object's bytes are: nowhere (empty), in the index, or in files one after the other. */
export type BodyRef = InlineRef | { readonly blobs: readonly BlobRef[] } | null;

/** One version as it is stored. */
export interface VersionRow {
  readonly versionId: string;
  /** Counts up with every version of the store: a higher one is newer. */
  readonly order: number;
  readonly deleteMarker?: true;
  readonly size: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly sha256: string;
  readonly attributes: ObjectAttributes;
  readonly body: BodyRef;
}

/** What is stored under a key: the newest version, and where the older ones are. */
export interface KeyRow {
  /** Names the key in the table of older versions. */
  readonly id: number;
  readonly latest: VersionRow;
  /** The `order` of the `null` version where it is among the older ones. */
  readonly nullOrder?: number;
}

export function encodeRow(row: KeyRow | VersionRow): Buffer {
  return Buffer.from(JSON.stringify(row));
}

export function decodeKeyRow(value: Uint8Array): KeyRow {
  return JSON.parse(asText(value)) as KeyRow;
}

export function decodeVersionRow(value: Uint8Array): VersionRow {
  return JSON.parse(asText(value)) as VersionRow;
}

function asText(value: Uint8Array): string {
  // By its length, and not to the end of the memory: lmdb's own buffers are longer than what they hold.
  return Buffer.prototype.toString.call(value, 'utf8', 0, value.length);
}

export function toObjectInfo(bucket: string, key: string, row: VersionRow, isLatest: boolean): ObjectInfo {
  return {
    bucket,
    key,
    versionId: row.versionId,
    isLatest,
    isDeleteMarker: row.deleteMarker === true,
    size: row.size,
    etag: row.etag,
    lastModifiedMs: row.lastModifiedMs,
    sha256: row.sha256,
    attributes: row.attributes,
  };
}
