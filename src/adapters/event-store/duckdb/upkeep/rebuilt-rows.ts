// SPDX-License-Identifier: Apache-2.0
import { indexFieldsOf } from '../../../../record/index-fields.js';
import { categoryCode, categoryOfCode } from '../categories.js';
import type { AddedRows } from '../ingest.js';
import { BatchBuilder } from '../parsed-batch.js';
import type { Places } from '../places.js';
import type { TermHasher } from '../term-hash.js';

/** Rows of the index on their way into a new one, with the ordinals that they had. */
export class RebuiltRows {
  readonly #builder: BatchBuilder;
  readonly #ordinals: number[] = [];
  readonly #placeIds = new Map<string, number>();

  constructor(hasher: TermHasher) {
    this.#builder = new BatchBuilder(hasher);
  }

  get count(): number {
    return this.#ordinals.length;
  }

  /** @param known undefined: what the record itself says. Throws for a record that cannot be read. */
  add(
    ordinal: number,
    json: string,
    places: Places,
    known: { readonly place: number; readonly category: number; readonly enteredAtMs: number } | undefined,
  ): void {
    const fields = indexFieldsOf(json);
    const facts = known ?? {
      place: places.idOf({ accountId: recipientOf(json), region: fields.region }),
      category: categoryCode(fields.category),
      enteredAtMs: fields.eventTimeMs,
    };
    const { accountId, region } = places.placeAt(facts.place);
    this.#placeIds.set(`${accountId}/${region}`, facts.place);
    const category = categoryOfCode(facts.category);
    this.#builder.add(json, fields, { accountId, region, category, enteredAtMs: facts.enteredAtMs });
    this.#ordinals.push(ordinal);
  }

  finish(): AddedRows {
    const batch = this.#builder.finish();
    return {
      batch,
      placeIds: batch.places.map(({ accountId, region }) => this.#placeIds.get(`${accountId}/${region}`)!),
      rows: Int32Array.from({ length: batch.count }, (_, row) => row),
      addresses: new Float64Array(0),
      ordinals: Float64Array.from(this.#ordinals),
    };
  }
}

function recipientOf(json: string): string {
  const record = JSON.parse(json) as {
    readonly recipientAccountId?: unknown;
    readonly userIdentity?: { readonly accountId?: unknown };
  };
  for (const accountId of [record.recipientAccountId, record.userIdentity?.accountId])
    if (typeof accountId === 'string' && /^\d{12}$/.test(accountId)) return accountId;
  return '';
}
