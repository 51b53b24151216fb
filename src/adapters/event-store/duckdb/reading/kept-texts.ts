// SPDX-License-Identifier: Apache-2.0
import { type LookupEvent, type LookupFields, lookupFieldsOf } from '../../../../record/lookup-event-text.js';

interface Kept {
  readonly text: string;
  /** Once a look-up asked for them: most pages are asked for again without a change of what they ask. */
  fields?: LookupFields;
}

/** The events that pages showed last, as they are sent: whoever asks for the newest again and again reads them once. */
export class KeptTexts {
  readonly #lengthMax: number;
  readonly #kept = new Map<number, Kept>();
  #length = 0;

  /** @param lengthMax UTF-16 units of all texts together */
  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * The event's text; null where it is kept and not wanted, undefined where it is not kept.
   * @param wanted undefined: every event is
   */
  find(ordinal: number, wanted: ((fields: LookupFields) => boolean) | undefined): string | null | undefined {
    const kept = this.#kept.get(ordinal);
    if (kept === undefined) return undefined;
    this.#kept.delete(ordinal);
    this.#kept.set(ordinal, kept);
    if (wanted === undefined) return kept.text;
    kept.fields ??= lookupFieldsOf(JSON.parse(kept.text) as LookupEvent);
    return wanted(kept.fields) ? kept.text : null;
  }

  /** What was asked for longest ago goes. */
  add(ordinal: number, text: string): void {
    // One of these would push out everything else.
    if (text.length > this.#lengthMax / 8 || this.#kept.has(ordinal)) return;
    this.#kept.set(ordinal, { text });
    this.#length += text.length;
    for (const [oldest, { text: gone }] of this.#kept) {
      if (this.#length <= this.#lengthMax) break;
      this.#kept.delete(oldest);
      this.#length -= gone.length;
    }
  }
}
