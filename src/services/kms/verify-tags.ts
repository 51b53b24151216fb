// SPDX-License-Identifier: Apache-2.0
import type { Tag } from '@aws-sdk/client-kms';
import { WireError } from '../../wire/wire-error.js';

/** Source: KMS Developer Guide, "Tags in AWS KMS", and the model's lengths. */
const tagsPerKeyMax = 50;
const keyLengthMax = 128;
const valueLengthMax = 256;

/** The tags with those added, or TagException, LimitExceededException. */
export function withTags(
  tags: Readonly<Record<string, string>>,
  added: readonly Tag[],
): Record<string, string> {
  const keys = added.map((tag) => tag.TagKey ?? '');
  if (new Set(keys).size < keys.length) throw tagError('Duplicate tag keys');
  for (const tag of added) verifyTag(tag);
  const pairs = added.map((tag) => [tag.TagKey ?? '', tag.TagValue ?? '']);
  const all = { ...tags, ...(Object.fromEntries(pairs) as Record<string, string>) };
  if (Object.keys(all).length > tagsPerKeyMax)
    throw new WireError('LimitExceededException', `A key can have ${tagsPerKeyMax} tags.`);
  return all;
}

function verifyTag({ TagKey: key = '', TagValue: value = '' }: Tag): void {
  if (key === '' || key.length > keyLengthMax) throw tagError('Tag keys have 1 to 128 characters');
  if (value.length > valueLengthMax) throw tagError('Tag values have at most 256 characters');
  if (/^aws:/i.test(key)) throw tagError('Tags beginning with aws: are reserved');
}

export function verifyTagKeys(keys: readonly string[]): void {
  if (keys.some((key) => /^aws:/i.test(key))) throw tagError('Tags beginning with aws: are reserved');
}

function tagError(message: string): WireError {
  return new WireError('TagException', message);
}
