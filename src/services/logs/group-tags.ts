// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint, invalidParameter } from './logs-errors.js';

type Tags = Readonly<Record<string, string>>;

/** Source: CloudWatch Logs API Reference, "TagResource", and the model's shapes TagKey and TagValue. */
export const tagsPerGroupMax = 50;
const keyLengthMax = 128;
const valueLengthMax = 256;
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Refuses tags that no group can have. */
export function checkTags(tags: Tags): void {
  if (Object.keys(tags).length === 0)
    throw brokenConstraint('tags', {}, 'Member must have length greater than or equal to 1');
  for (const [key, value] of Object.entries(tags)) {
    if (key === '' || key.length > keyLengthMax || !allowed.test(key))
      throw brokenConstraint(
        'tags',
        key,
        `Map keys must have length less than or equal to ${keyLengthMax} and satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$`,
      );
    if (value.length > valueLengthMax || !allowed.test(value))
      throw brokenConstraint(
        `tags.${key}.member`,
        value,
        `Member must have length less than or equal to ${valueLengthMax} and satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$`,
      );
    if (/^aws:/i.test(key)) throw invalidParameter('Tag keys that start with aws: are reserved.');
  }
}

/** The tags with others added; undefined when they would be too many. */
export function withTags(tags: Tags, added: Tags): Tags | undefined {
  const all = { ...tags, ...added };
  return Object.keys(all).length > tagsPerGroupMax ? undefined : all;
}

export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}
