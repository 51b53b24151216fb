// SPDX-License-Identifier: Apache-2.0

/**
 * A fixed set of object member names, found by their bytes without decoding them. `find` is called for every member
 * of every imported record, hence the hand-made hash: length, first, middle and last byte tell AWS's names apart well.
 */
export class MemberTable {
  readonly names: readonly string[];
  readonly #ids = new Map<string, number>();
  readonly #slots: Int16Array;
  readonly #mask: number;
  /** The bytes of all names, one after the other; name `id` is `[#ends[id], #ends[id + 1])`. */
  readonly #pool: Uint8Array;
  readonly #ends: Int32Array;

  constructor(names: Iterable<string>) {
    this.names = [...new Set(names)];
    const encoder = new TextEncoder();
    this.#pool = encoder.encode(this.names.join(''));
    this.#ends = new Int32Array(this.names.length + 1);
    let size = 16;
    while (size < this.names.length * 4) size *= 2;
    this.#mask = size - 1;
    this.#slots = new Int16Array(size).fill(-1);
    this.names.forEach((name, id) => {
      this.#ids.set(name, id);
      const start = this.#ends[id]!;
      const end = start + encoder.encode(name).length;
      this.#ends[id + 1] = end;
      let slot = this.#slotOf(this.#pool, start, end);
      while (this.#slots[slot] !== -1) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = id;
    });
  }

  #slotOf(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length === 0) return 0;
    return (
      (length * 37 + bytes[start]! * 7 + bytes[start + (length >> 1)]! * 131 + bytes[end - 1]! * 17) &
      this.#mask
    );
  }

  /** The id of the name spelled by `bytes[start, end)`, or -1. Names with escapes go through `findName`. */
  find(bytes: Uint8Array, start: number, end: number): number {
    let slot = this.#slotOf(bytes, start, end);
    for (;;) {
      const id = this.#slots[slot]!;
      if (id === -1) return -1;
      const pooled = this.#ends[id]!;
      if (this.#ends[id + 1]! - pooled === end - start && sameBytes(this.#pool, pooled, bytes, start, end))
        return id;
      slot = (slot + 1) & this.#mask;
    }
  }

  findName(name: string): number {
    return this.#ids.get(name) ?? -1;
  }
}

function sameBytes(pool: Uint8Array, pooled: number, bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start, j = pooled; i < end; i++, j++) if (pool[j] !== bytes[i]) return false;
  return true;
}

/** A table with the ids of its names at hand. */
export function memberTable<const Name extends string>(
  names: readonly Name[],
): { table: MemberTable; ids: Record<Name, number> } {
  const table = new MemberTable(names);
  return {
    table,
    ids: Object.fromEntries(names.map((name) => [name, table.findName(name)])) as Record<Name, number>,
  };
}

/** Where the members of one table were found in an object: byte offsets of their values; a start of 0 means absent. */
export class MemberSpans {
  readonly table: MemberTable;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** By member id: where its own members are, if they are of interest too. */
  readonly nested: readonly (MemberSpans | undefined)[];
  readonly #inner: readonly MemberSpans[];
  readonly #touched: Int16Array;
  #touchedCount = 0;

  constructor(table: MemberTable, nested: Readonly<Record<string, MemberSpans>> = {}) {
    this.table = table;
    this.starts = new Int32Array(table.names.length);
    this.ends = new Int32Array(table.names.length);
    this.nested = table.names.map((name) => nested[name]);
    this.#inner = Object.values(nested);
    this.#touched = new Int16Array(table.names.length);
  }

  /** Forgets what was found, in nested members too. */
  clear(): void {
    for (const inner of this.#inner) inner.clear();
    for (let i = 0; i < this.#touchedCount; i++) this.starts[this.#touched[i]!] = 0;
    this.#touchedCount = 0;
  }

  set(id: number, start: number, end: number): void {
    if (this.starts[id] === 0) this.#touched[this.#touchedCount++] = id;
    this.starts[id] = start;
    this.ends[id] = end;
  }

  has(id: number): boolean {
    return this.starts[id] !== 0;
  }
}
