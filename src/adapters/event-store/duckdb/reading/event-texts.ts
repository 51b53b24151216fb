// SPDX-License-Identifier: Apache-2.0
import { indexFieldsOfBytes } from '../../../../record/index-fields.js';
import { type LookupFields, lookupEventText } from '../../../../record/lookup-event-text.js';
import type { AttributeFilter } from '../lookup-sql.js';
import { blockAddressOf, slotOf } from '../ordinal.js';
import { DamagedBlockError, type ReadableBlock } from '../record-block.js';

/** Where the records are read from. */
export interface BlockSource {
  read(address: number): ReadableBlock | undefined;
}

/** Whether an event has the values themselves that a look-up asks for, not only their hashes; undefined: it asks for none. */
export function wantedBy(
  attributes: readonly AttributeFilter[],
): ((fields: LookupFields) => boolean) | undefined {
  if (attributes.length === 0) return undefined;
  return (fields) => attributes.every((attribute) => matches(fields, attribute));
}

/**
 * The event as LookupEvents shows it, its fields derived again from its record; undefined where it was dropped meanwhile or is
 * not wanted. Throws DamagedBlockError.
 */
export function eventTextAt(
  files: BlockSource,
  ordinal: number,
  wanted: ((fields: LookupFields) => boolean) | undefined,
): string | undefined {
  const bytes = files.read(blockAddressOf(ordinal))?.bytes(slotOf(ordinal));
  if (bytes === undefined) return undefined;
  const fields = indexFieldsOfBytes(bytes);
  if (wanted?.(fields) === false) return undefined;
  return lookupEventText(fields, bytes.toString('utf8'));
}

/** The record at an ordinal as it came in; undefined for what is none (any more), or is damaged. */
export function recordAt(files: BlockSource, ordinal: number): Buffer | undefined {
  try {
    return files.read(blockAddressOf(ordinal))?.bytes(slotOf(ordinal));
  } catch (error) {
    if (error instanceof DamagedBlockError) return undefined;
    throw error;
  }
}

/** Records on their way between threads, one behind the other. */
export interface SentTexts {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of each, in bytes; 0 where there is none. */
  readonly lengths: readonly number[];
}

export function sentTexts(texts: readonly (Buffer | undefined)[]): SentTexts {
  const lengths = texts.map((text) => text?.length ?? 0);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const text of texts) {
    if (text === undefined) continue;
    bytes.set(text, at);
    at += text.length;
  }
  return { bytes, lengths };
}

export function receivedTexts({ bytes, lengths }: SentTexts): (Buffer | undefined)[] {
  let at = 0;
  return lengths.map((length) => {
    if (length === 0) return undefined;
    at += length;
    return Buffer.from(bytes.buffer, at - length, length);
  });
}

function matches(fields: LookupFields, { key, value }: AttributeFilter): boolean {
  switch (key) {
    case 'EventId':
      return fields.eventId === value;
    case 'EventName':
      return fields.eventName === value;
    case 'EventSource':
      return fields.eventSource === value;
    case 'Username':
      return fields.username === value;
    case 'AccessKeyId':
      return fields.accessKeyId === value;
    case 'ReadOnly':
      return fields.readOnly === value.toLowerCase();
    case 'ResourceType':
      return fields.resources.some(({ type }) => type === value);
    case 'ResourceName':
      return fields.resources.some(({ name }) => name === value);
  }
}
