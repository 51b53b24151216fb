// SPDX-License-Identifier: Apache-2.0
import type { Tag } from '@aws-sdk/client-organizations';
import { tagsMax } from '../../identity/organizations/organization-quotas.js';
import { constraint, invalidInput, verifyLength } from './organizations-error.js';

/** Letters, numbers and spaces of any script, and `_ . : / = + - @`. */
const allowed = /^[\p{L}\p{N}\p{Zs}_.:/=+\-@]*$/u;

/** Tags that somebody wants to set, as they are kept. Source: Organizations API Reference, "Tag". */
export function verifiedTags(tags: readonly Tag[] = []): Record<string, string> {
  const result: Record<string, string> = {};
  for (const { Key: key = '', Value: value = '' } of tags) {
    verifyTagKey(key);
    verifyLength('tag value', value, 0, 256);
    if (!allowed.test(value))
      throw invalidInput(
        'INVALID_PATTERN',
        'You provided a tag value that does not match the required pattern.',
      );
    if (Object.hasOwn(result, key))
      throw invalidInput(
        'DUPLICATE_TAG_KEY',
        'Tag keys must be unique among the tags attached to the same entity.',
      );
    Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
  }
  verifyTagCount(result);
  return result;
}

export function verifyTagKey(key: string): void {
  verifyLength('tag key', key, 1, 128);
  if (/^aws:/i.test(key))
    throw invalidInput('INVALID_SYSTEM_TAGS_PARAMETER', 'Tag keys that start with aws: are reserved.');
  if (!allowed.test(key))
    throw invalidInput('INVALID_PATTERN', 'You provided a tag key that does not match the required pattern.');
}

export function verifyTagCount(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > tagsMax)
    throw constraint('MAX_TAG_LIMIT_EXCEEDED', `A resource can have at most ${tagsMax} tags.`);
}
