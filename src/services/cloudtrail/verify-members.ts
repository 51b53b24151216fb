// SPDX-License-Identifier: Apache-2.0
import { WireError } from '../../wire/wire-error.js';

/** What the model says of a text; lengths count Unicode characters. */
export interface TextRule {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
}

/**
 * Collects what single members of a request break of the model, before anything else is asked; all of it is told together, in
 * the words of AWS's front ends.
 */
export class MemberRules {
  readonly #faults: string[] = [];

  /** @param member the path as messages name it: `name`, `destinations.1.member.location` */
  text(member: string, value: string | undefined, { min, max, pattern }: TextRule): this {
    if (value === undefined) return this;
    const length = value.length <= (max ?? 0) ? value.length : Array.from(value).length;
    if (max !== undefined && length > max)
      return this.#add(member, value, `Member must have length less than or equal to ${max}`);
    if (min !== undefined && length < min)
      return this.#add(member, value, `Member must have length greater than or equal to ${min}`);
    if (pattern !== undefined && !pattern.test(value))
      return this.#add(member, value, `Member must satisfy regular expression pattern: ${pattern.source}`);
    return this;
  }

  oneOf(member: string, value: string | undefined, values: readonly string[]): this {
    if (value === undefined || values.includes(value)) return this;
    return this.#add(member, value, `Member must satisfy enum value set: [${values.join(', ')}]`);
  }

  number(member: string, value: number | undefined, min: number, max: number): this {
    if (value === undefined) return this;
    if (value < min)
      return this.#add(member, String(value), `Member must have value greater than or equal to ${min}`);
    if (value > max)
      return this.#add(member, String(value), `Member must have value less than or equal to ${max}`);
    return this;
  }

  /** How many items a list may have. */
  count(member: string, items: readonly unknown[] | undefined, min: number, max: number): this {
    if (items === undefined) return this;
    if (items.length < min)
      return this.#add(member, '[]', `Member must have length greater than or equal to ${min}`);
    if (items.length > max)
      return this.#add(
        member,
        `[${items.length} items]`,
        `Member must have length less than or equal to ${max}`,
      );
    return this;
  }

  /** Throws ValidationException when there was a fault. */
  verify(): void {
    const count = this.#faults.length;
    if (count === 0) return;
    const message = `${count} validation error${count === 1 ? '' : 's'} detected: ${this.#faults.join('; ')}`;
    throw new WireError('ValidationException', message, { status: 400 });
  }

  #add(member: string, value: string, constraint: string): this {
    const shown = value.length > shownMax ? `${value.slice(0, shownMax)}…` : value;
    this.#faults.push(`Value '${shown}' at '${member}' failed to satisfy constraint: ${constraint}`);
    return this;
  }
}

/** No more of a value than this is said back. */
const shownMax = 256;
