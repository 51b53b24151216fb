// SPDX-License-Identifier: Apache-2.0
import { factsOf, type WrittenFacts, writeFacts } from './record-facts.js';
import { toJson } from './to-json.js';
import type { CloudTrailRecord } from './types.js';

/** A key of an S3 object has up to 1,024 bytes. Facts that are longer (a call on dozens of resources) are left to the record. */
export const factsLengthMax = 4_096;

/** The texts in which a record goes into the log. */
export interface RecordTexts extends Partial<WrittenFacts> {
  readonly json: string;
}

/** With what selectors ask of the record, so that nobody has to look for it in the JSON; that is left out when long. */
export function recordTexts(record: CloudTrailRecord): RecordTexts {
  const json = toJson(record);
  const { factsKind, factsOwn } = writeFacts(factsOf(record, record.eventCategory));
  if (factsKind.length + factsOwn.length > factsLengthMax) return { json };
  return { json, factsKind: oneKind(factsKind), factsOwn };
}

/** Kinds of which one copy is shared by all their records; beyond it sharing starts over. */
export const sharedKindsMax = 5_000;

const sharedKinds = new Map<string, string>();

/** Records wait in memory for their readers: of a kind that is shared, the text and its hash are made once. */
function oneKind(kind: string): string {
  const shared = sharedKinds.get(kind);
  if (shared !== undefined) return shared;
  if (sharedKinds.size >= sharedKindsMax) sharedKinds.clear();
  sharedKinds.set(kind, kind);
  return kind;
}
