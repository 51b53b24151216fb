// SPDX-License-Identifier: Apache-2.0
//
// What the model says of single members, checked before anything else is asked. The messages are AWS's (they no longer
// repeat the value). Source of lengths and patterns: IAM API Reference, "Request Parameters" of each operation.
import { validationError } from './iam-error.js';

export interface TextRule {
  readonly min?: number;
  readonly max?: number;
  /** As the model writes it; matched against the whole value. */
  readonly pattern?: string;
}

export interface NumberRule {
  readonly atLeast: number;
  readonly atMost: number;
}

const tagPattern = String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]`;
export const tagKeyRule: TextRule = { min: 1, max: 128, pattern: `${tagPattern}+` };
export const tagValueRule: TextRule = { max: 256, pattern: `${tagPattern}*` };
const pathRule: TextRule = { min: 1, max: 512 };
export const descriptionRule: TextRule = {
  max: 1000,
  pattern: String.raw`[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*`,
};
export const policyDocumentRule: TextRule = {
  min: 1,
  max: 131_072,
  pattern: String.raw`[\u0009\u000A\u000D\u0020-\u00FF]+`,
};
export const versionIdRule: TextRule = { pattern: String.raw`v[1-9][0-9]*(\.[A-Za-z0-9-]*)?` };
export const arnRule: TextRule = { min: 20, max: 2048 };
/** Longest names. Source: IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits". */
export const roleNameRule: TextRule = { min: 1, max: 64 };
export const longNameRule: TextRule = { min: 1, max: 128 };

const compiled = new Map<string, RegExp>();

/** One of the rules' patterns for a whole value; there are as many as there are rules. */
function wholePattern(pattern: string): RegExp {
  const known = compiled.get(pattern) ?? new RegExp(`^(?:${pattern})$`, 'u');
  compiled.set(pattern, known);
  return known;
}

/** Collects the faults of a request's members; they are told together. */
export class InputRules {
  readonly #faults: string[] = [];

  /** @param member the path as messages name it: `roleName`, `tags.1.member.key` */
  text(member: string, value: string | undefined, rule: TextRule): this {
    if (value === undefined) return this;
    // Characters, not UTF-16 units.
    const length = value.length > 2 * (rule.max ?? value.length) ? value.length : Array.from(value).length;
    if (rule.max !== undefined && length > rule.max)
      this.#fault(member, `Member must have length less than or equal to ${rule.max}`);
    else if (rule.min !== undefined && length < rule.min)
      this.#fault(member, `Member must have length greater than or equal to ${rule.min}`);
    else if (rule.pattern !== undefined && !wholePattern(rule.pattern).test(value))
      this.#fault(member, `Member must satisfy regular expression pattern: ${rule.pattern}`);
    return this;
  }

  number(member: string, value: number | undefined, { atLeast, atMost }: NumberRule): this {
    if (value === undefined) return this;
    if (value < atLeast) this.#fault(member, `Member must have value greater than or equal to ${atLeast}`);
    if (value > atMost) this.#fault(member, `Member must have value less than or equal to ${atMost}`);
    return this;
  }

  /** How many items; and, where each must follow a rule, that all do. */
  list(
    member: string,
    values: readonly string[] | undefined,
    max: number | undefined,
    item?: TextRule,
  ): this {
    if (values === undefined) return this;
    if (max !== undefined && values.length > max) {
      this.#fault(member, `Member must have length less than or equal to ${max}`);
      return this;
    }
    if (item !== undefined && values.some((value) => !follows(value, item))) {
      this.#fault(member, `Member must satisfy constraint: [${constraintsOf(item).join(', ')}]`);
    }
    return this;
  }

  oneOf(member: string, value: string | undefined, values: readonly string[]): this {
    if (value !== undefined && !values.includes(value))
      this.#fault(member, `Member must satisfy enum value set: [${values.join(', ')}]`);
    return this;
  }

  /** Throws ValidationError when there was a fault. */
  verify(): void {
    const [count, faults] = [this.#faults.length, this.#faults.join('; ')];
    if (count > 0)
      throw validationError(`${count} validation error${count === 1 ? '' : 's'} detected: ${faults}`);
  }

  #fault(member: string, constraint: string): void {
    this.#faults.push(`Value at '${member}' failed to satisfy constraint: ${constraint}`);
  }
}

function follows(value: string, rule: TextRule): boolean {
  try {
    new InputRules().text('', value, rule).verify();
    return true;
  } catch {
    return false;
  }
}

function constraintsOf({ min, max, pattern }: TextRule): string[] {
  return [
    ...(max === undefined ? [] : [`Member must have length less than or equal to ${max}`]),
    ...(min === undefined ? [] : [`Member must have length greater than or equal to ${min}`]),
    ...(pattern === undefined ? [] : [`Member must satisfy regular expression pattern: ${pattern}`]),
  ];
}

/** Throws ValidationError. Names hold what a path, an ARN and a pattern of a policy do not give a meaning to. */
export function verifyName(member: string, value: string, rule: TextRule): void {
  new InputRules().text(member, value, rule).verify();
  if (/^[\w+=,.@-]+$/.test(value)) return;
  throw validationError(
    `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  );
}

/** `/` or `/a/b/`. Throws ValidationError. */
export function verifyPath(member: string, value: string | undefined): void {
  if (value === undefined) return;
  new InputRules().text(member, value, pathRule).verify();
  if (/^(?:\/|\/[\x21-\x7e]+\/)$/.test(value)) return;
  throw validationError(
    `The specified value for ${member} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`,
  );
}

/** What lists are narrowed by: begins with `/` and may end anywhere. Throws ValidationError. */
export function verifyPathPrefix(value: string | undefined): void {
  const rule = { min: 1, max: 512, pattern: String.raw`\u002F[\u0021-\u007F]*` };
  new InputRules().text('pathPrefix', value, rule).verify();
}
