// SPDX-License-Identifier: Apache-2.0
import { invalidRequest } from './athena-errors.js';
import { checkLength } from './check-members.js';

type Tags = Readonly<Record<string, string>>;
interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Source: Athena User Guide, "Tag Athena resources" (50 tags a resource, keys of 128, values of 256 characters). */
const tagsMax = 50;
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Throws InvalidRequestException for tags that no resource can have. */
export function withTags(tags: Tags, added: readonly Tag[]): Tags {
  const all: Record<string, string> = { ...tags };
  for (const { Key = '', Value = '' } of added) {
    checkLength(Key, 'tags.member.key', 1, 128);
    checkLength(Value, 'tags.member.value', 0, 256);
    if (!allowed.test(Key) || !allowed.test(Value))
      throw invalidRequest('Tag keys and values have letters, numbers, spaces and _.:/=+-@ only.');
    if (/^aws:/i.test(Key)) throw invalidRequest('Tag keys that begin with aws: are reserved.');
    all[Key] = Value;
  }
  if (Object.keys(all).length > tagsMax) throw invalidRequest(`A resource has at most ${tagsMax} tags.`);
  return all;
}

export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
