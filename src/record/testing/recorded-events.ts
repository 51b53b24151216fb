// SPDX-License-Identifier: Apache-2.0
// Recorded CloudTrail events of real accounts, for tests. fixtures/SOURCES.md says where they are from.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { CloudTrailRecord, JsonObject, UserIdentity } from '../types.js';

/** An event as its publisher released it: old ones lack fields. */
export type RecordedEvent = Partial<Omit<CloudTrailRecord, 'readOnly' | 'userIdentity'>> & {
  readonly eventSource: string;
  readonly eventName: string;
  readonly readOnly?: boolean;
  readonly userIdentity?: UserIdentity;
};

export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** The events that travel with the project: at least one of every service and name that matters here. */
export function fixtureEvents(): RecordedEvent[] {
  return eventsUnder(join(projectRoot(), 'fixtures/cloudtrail'));
}

/** The large collection beside the project; undefined where there is none. */
export function sharedEvents(): RecordedEvent[] | undefined {
  const folder = join(projectRoot(), '../shared/data/cloudtrail');
  return existsSync(folder) ? eventsUnder(folder) : undefined;
}

function eventsUnder(folder: string): RecordedEvent[] {
  const byId = new Map<string, RecordedEvent>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.json(?:\.gz)?$/.test(entry.name)) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    const text = (entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    for (const event of eventsIn(JSON.parse(text) as unknown)) {
      byId.set(String(event.eventID ?? byId.size), event);
    }
  }
  return [...byId.values()];
}

/** Delivery files, bare arrays and objects, and test files that hold records somewhere inside. */
function eventsIn(document: unknown): RecordedEvent[] {
  if (typeof document !== 'object' || document === null) return [];
  if (!Array.isArray(document) && isEvent(document as JsonObject)) return [document as RecordedEvent];
  return Object.values(document).flatMap(eventsIn);
}

function isEvent(value: JsonObject): boolean {
  return typeof value.eventName === 'string' && typeof value.eventSource === 'string';
}
