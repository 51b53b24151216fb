// SPDX-License-Identifier: Apache-2.0
import type { Member, Shape, StructureShape } from '../shape.js';

export interface SampleOptions {
  readonly seed: number;
  /** All members, or only the required ones (and a whole payload); no structure inside stays empty. */
  readonly fullness: 'full' | 'sparse';
  /** Values of outermost members that must have a certain form, by member name. */
  readonly fixed?: Readonly<Record<string, unknown>>;
}

/** How deep recursive structures are filled. */
const depthMax = 8;

/** A value of a shape, the same for the same seed. */
export function sampleValue(shape: StructureShape, options: SampleOptions): Record<string, unknown> {
  return new Sampler(options).structure(shape, 0);
}

class Sampler {
  #state: number;

  constructor(private readonly options: SampleOptions) {
    this.#state = options.seed;
  }

  structure(shape: StructureShape, depth: number): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    if (depth > depthMax) return value;
    for (const member of this.#choose(shape, depth)) value[member.name] = this.#member(member, depth);
    return value;
  }

  #choose({ members, isUnion }: StructureShape, depth: number): readonly Member[] {
    if (isUnion) return [members[this.#below(members.length)] as Member];
    if (this.options.fullness === 'full') return members;
    const chosen = members.filter((member) => member.required || member.traits.httpPayload);
    return chosen.length === 0 && depth > 0 ? members.slice(0, 1) : chosen;
  }

  #member(member: Member, depth: number): unknown {
    const { fixed = {} } = this.options;
    if (depth === 0 && Object.hasOwn(fixed, member.name)) return fixed[member.name];
    const { httpHeader, httpPrefixHeaders, xmlAttribute } = member.traits;
    const isPlain = httpHeader !== undefined || httpPrefixHeaders !== undefined || xmlAttribute !== undefined;
    return this.#value(member.shape, depth, isPlain);
  }

  #value(shape: Shape, depth: number, isPlain: boolean): unknown {
    switch (shape.type) {
      case 'structure':
        return this.structure(shape, depth + 1);
      case 'list':
        return Array.from({ length: 1 + this.#below(3) }, () =>
          this.#value(shape.item.shape, depth + 1, isPlain),
        );
      case 'map':
        return Object.fromEntries(
          Array.from({ length: 1 + this.#below(3) }, (_, at) => [
            `key-${at}`,
            this.#value(shape.value.shape, depth + 1, isPlain),
          ]),
        );
      case 'number':
        return this.#below(2 ** 31);
      case 'boolean':
        return this.#below(2) === 1;
      case 'timestamp':
        return new Date((1_500_000_000 + this.#below(500_000_000)) * 1000);
      case 'blob':
        return new Uint8Array(Array.from({ length: this.#below(20) + 1 }, () => this.#below(256)));
      default:
        return this.#text(isPlain);
    }
  }

  /** Headers hold ASCII; elsewhere text holds what an encoding could break. */
  #text(isPlain: boolean): string {
    const words = isPlain ? plainWords : allWords;
    return Array.from({ length: 1 + this.#below(3) }, () => words[this.#below(words.length)]).join('-');
  }

  /** mulberry32: small, good enough, and the same everywhere. */
  #below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }
}

const plainWords = ['alpha', 'BETA', 'x/y', '100', 'a b', 'k=v', '(1;2)'];
const allWords = [
  ...plainWords,
  'a&b<c>',
  '"q\'',
  'größe',
  '日本',
  '😀',
  'p+q%20',
  'l1\nl2',
  '{"a":[1]}',
  '#?/..',
];
