// SPDX-License-Identifier: Apache-2.0
import type { Tags } from '../../../identity/iam-documents.js';
import { invalidInput, limitExceeded } from './iam-error.js';
import { InputRules, tagKeyRule, tagValueRule } from './input-rules.js';
import { itemSource, type PageEnd, type PageRequest, pageOf } from './page-of.js';

export interface Tag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

/** Source: IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits". */
const tagsMax = 50;

/**
 * Whether `Dept` and `dept` are one tag. Of users and roles they are; of policies, MFA devices and identity providers
 * they are two. Source: IAM User Guide, "Tags for AWS Identity and Access Management resources" (case sensitivity).
 */
export type TagCase = 'ignored' | 'kept';

/** Throws ValidationError, or InvalidInput for a key that is given twice. */
export function verifyTags(tags: readonly Tag[] | undefined, tagCase: TagCase): void {
  if (tags === undefined) return;
  const rules = new InputRules().list(
    'tags',
    tags.map(({ Key }) => Key ?? ''),
    tagsMax,
  );
  rules.verify();
  tags.forEach(({ Key, Value }, at) => {
    rules.text(`tags.${at + 1}.member.key`, Key ?? '', tagKeyRule);
    rules.text(`tags.${at + 1}.member.value`, Value ?? '', tagValueRule);
  });
  rules.verify();
  verifyNotReserved(tags);
  const keys = new Set(tags.map(({ Key }) => sameKey(Key ?? '', tagCase)));
  if (keys.size < tags.length) {
    const note = tagCase === 'ignored' ? ' Please note that Tag keys are case insensitive.' : '';
    throw invalidInput(`Duplicate tag keys found.${note}`);
  }
}

/** Source: IAM User Guide, "Tags for AWS Identity and Access Management resources": `aws:` is AWS's own. */
function verifyNotReserved(tags: readonly Tag[]): void {
  const reserved = tags.find(({ Key }) => Key?.toLowerCase().startsWith('aws:'));
  if (reserved !== undefined)
    throw invalidInput(
      'System tags cannot be added, modified, or removed by users. Tag keys cannot start with aws:',
    );
}

/** Throws ValidationError. */
export function verifyTagKeys(keys: readonly string[] | undefined): void {
  new InputRules().list('tagKeys', keys, tagsMax, tagKeyRule).verify();
}

/** The tags with others put over them. Throws LimitExceeded. */
export function withTags(tags: Tags, added: readonly Tag[] | undefined, tagCase: TagCase): Tags {
  const keys = (added ?? []).map(({ Key }) => Key ?? '');
  const all = Object.entries(withoutTags(tags, keys, tagCase)).concat(
    (added ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']),
  );
  if (all.length > tagsMax) throw limitExceeded('The number of tags has reached the maximum limit.');
  return Object.fromEntries(all);
}

export function withoutTags(tags: Tags, keys: readonly string[], tagCase: TagCase): Tags {
  const gone = new Set(keys.map((key) => sameKey(key, tagCase)));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(sameKey(key, tagCase))));
}

/** Sorted by key, as IAM lists them. Source: IAM API Reference, "ListRoleTags". */
export function toTagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags)
    .map(([Key, Value]) => ({ Key, Value }))
    .sort((a, b) => (a.Key < b.Key ? -1 : 1));
}

/** `{ Tags }` where there are any: IAM leaves the member out otherwise. */
export function tagsMember(tags: Tags): { Tags?: { Key: string; Value: string }[] } {
  const Tags = toTagList(tags);
  return Tags.length === 0 ? {} : { Tags };
}

/** The answer of the List…Tags operations. */
export function pageOfTags(
  tags: Tags,
  request: PageRequest,
): PageEnd & { Tags: { Key: string; Value: string }[] } {
  // A key may have 128 characters of four bytes each: its place in the sorted list is shorter.
  const list = toTagList(tags).map((tag, at) => ({ tag, place: String(at).padStart(3, '0') }));
  const { items, end } = pageOf(
    itemSource(list, ({ place }) => place),
    request,
  );
  return { Tags: items.map(({ tag }) => tag), ...end };
}

function sameKey(key: string, tagCase: TagCase): string {
  return tagCase === 'ignored' ? key.toLowerCase() : key;
}
