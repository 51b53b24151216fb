// SPDX-License-Identifier: Apache-2.0

/** Source: CloudTrail API Reference, "AddTags", "Tag" and "TagsLimitExceededException". */
const tagsPerResourceMax = 50;
const keyLengthMax = 128;
const valueLengthMax = 256;

export interface TagInput {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export interface TagProblem {
  readonly code: 'InvalidTagParameterException' | 'TagsLimitExceededException';
  readonly message: string;
}

/** Letters, numbers and spaces of any script, and `_ . : / = + - @`: what AWS allows in tags of all its services. */
const allowedCharacters = /^[\p{L}\p{N}\p{Zs}_.:/=+\-@]*$/u;

/** What is wrong with tags that somebody wants to set, or undefined. Lengths count Unicode characters. */
export function tagProblem(tags: readonly TagInput[]): TagProblem | undefined {
  const seen = new Set<string>();
  for (const tag of tags) {
    const message =
      singleTagProblem(tag) ?? (seen.has(tag.Key as string) ? `Duplicate tag key: ${tag.Key}.` : undefined);
    if (message !== undefined) return { code: 'InvalidTagParameterException', message };
    seen.add(tag.Key as string);
  }
  return undefined;
}

/** Undefined when a resource may have all of these tags. */
export function tagCountProblem(tags: Readonly<Record<string, string>>): TagProblem | undefined {
  const count = Object.keys(tags).length;
  if (count <= tagsPerResourceMax) return undefined;
  return {
    code: 'TagsLimitExceededException',
    message: `A resource can have at most ${tagsPerResourceMax} tags; this would make ${count}.`,
  };
}

/** Tags as they are kept: one without a value is kept as the empty text, which no tag can have as its value. */
export function toTagRecord(tags: readonly TagInput[]): Record<string, string> {
  return Object.fromEntries(tags.map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

export function toTagList(tags: Readonly<Record<string, string>>): { Key: string; Value?: string }[] {
  return Object.entries(tags).map(([Key, Value]) => (Value === '' ? { Key } : { Key, Value }));
}

function singleTagProblem({ Key: key, Value: value }: TagInput): string | undefined {
  if (key === undefined || key === '') return 'Tag key cannot be blank.';
  if ([...key].length > keyLengthMax)
    return `Tag key is too long. Maximum allowed length: ${keyLengthMax} characters.`;
  if (value !== undefined && [...value].length > valueLengthMax) {
    return `Tag value is too long. Maximum allowed length: ${valueLengthMax} characters.`;
  }
  if (/^aws:/i.test(key)) return 'Tag keys that start with aws: are reserved.';
  if (!allowedCharacters.test(key) || !allowedCharacters.test(value ?? '')) {
    return 'Tag keys and values can only contain letters, numbers, spaces, and the characters _ . : / = + - @.';
  }
  return undefined;
}
