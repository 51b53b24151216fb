// SPDX-License-Identifier: Apache-2.0
import type { Tag } from '@aws-sdk/client-sts';
import type { SessionFacts } from '../../identity/principal.js';
import { checkCount, checkText, type TextRule } from './check-input.js';
import { validationError } from './sts-errors.js';

/** Source: STS API Reference, "Tag"; IAM User Guide, "IAM and AWS STS quotas". */
const tagsMax = 50;
const chars = '\\p{L}\\p{Z}\\p{N}_.:/=+\\-@';
const keyRule: TextRule = {
  min: 1,
  max: 128,
  pattern: new RegExp(`^[${chars}]+$`, 'u'),
  written: `[${chars}]+`,
};
const valueRule: TextRule = {
  min: 0,
  max: 256,
  pattern: new RegExp(`^[${chars}]*$`, 'u'),
  written: `[${chars}]*`,
};

export type SessionTags = Pick<SessionFacts, 'tags' | 'transitiveTagKeys'>;

export interface SessionTagInput {
  readonly Tags?: Tag[] | undefined;
  readonly TransitiveTagKeys?: string[] | undefined;
}

export interface ReadTags extends SessionTags {
  /** Those of the request alone: what `aws:RequestTag/…` and `aws:TagKeys` are about. */
  readonly requested: Readonly<Record<string, string>>;
}

/**
 * The tags of the session to come: those of the request, and the transitive ones of the caller's session, which nobody can
 * override. Keys differ by more than case. Source: IAM User Guide, "Pass session tags in AWS STS".
 */
export function readSessionTags(
  { Tags = [], TransitiveTagKeys = [] }: SessionTagInput,
  caller: SessionTags | undefined,
): ReadTags {
  const requested = readTags(Tags);
  const inherited = transitiveTags(caller);
  const inheritedKeys = new Set(Object.keys(inherited).map((key) => key.toLowerCase()));
  const overridden = Object.keys(requested).find((key) => inheritedKeys.has(key.toLowerCase()));
  if (overridden !== undefined) {
    throw validationError(
      'One of the specified transitive tag keys can’t be set because it conflicts with a transitive tag key from the calling session.',
    );
  }
  verifyTransitiveKeys(TransitiveTagKeys, requested);
  const tags = { ...inherited, ...requested };
  checkCount(Object.keys(tags), 'tags', tagsMax);
  return { requested, tags, transitiveTagKeys: [...Object.keys(inherited), ...TransitiveTagKeys] };
}

function readTags(list: readonly Tag[]): Record<string, string> {
  checkCount(list, 'tags', tagsMax);
  const tags: [string, string][] = [];
  const seen = new Set<string>();
  for (const [index, { Key = '', Value = '' }] of list.entries()) {
    const key = checkText(Key, `tags.${index + 1}.member.key`, keyRule);
    if (key.toLowerCase().startsWith('aws:'))
      throw validationError('System tags cannot be passed as session tags.');
    if (seen.has(key.toLowerCase())) {
      throw validationError('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    }
    seen.add(key.toLowerCase());
    tags.push([key, checkText(Value, `tags.${index + 1}.member.value`, valueRule)]);
  }
  // Entries, because `__proto__` is a good key of a tag.
  return Object.fromEntries(tags);
}

function transitiveTags(caller: SessionTags | undefined): Record<string, string> {
  if (caller === undefined) return {};
  return Object.fromEntries(
    Object.entries(caller.tags).filter(([key]) => caller.transitiveTagKeys.includes(key)),
  );
}

function verifyTransitiveKeys(keys: readonly string[], tags: Readonly<Record<string, string>>): void {
  checkCount(keys, 'transitiveTagKeys', tagsMax);
  const unknown = keys.find((key) => !Object.hasOwn(tags, key));
  if (unknown !== undefined) {
    throw validationError('The specified transitive tag key must be included in the requested tags.');
  }
}
