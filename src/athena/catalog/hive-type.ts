// SPDX-License-Identifier: Apache-2.0

/** A type of a Hive column, parsed. Field names are in lower case, as Hive compares them. */
export type HiveType =
  | { readonly kind: 'primitive'; readonly name: Primitive }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'text'; readonly name: 'char' | 'varchar'; readonly length: number }
  | { readonly kind: 'array'; readonly element: HiveType }
  | { readonly kind: 'map'; readonly key: HiveType; readonly value: HiveType }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] };

export interface StructField {
  readonly name: string;
  readonly type: HiveType;
}

const primitives = {
  boolean: ['boolean', 'BOOLEAN'],
  tinyint: ['tinyint', 'TINYINT'],
  smallint: ['smallint', 'SMALLINT'],
  int: ['integer', 'INTEGER'],
  bigint: ['bigint', 'BIGINT'],
  float: ['real', 'FLOAT'],
  double: ['double', 'DOUBLE'],
  string: ['varchar', 'VARCHAR'],
  date: ['date', 'DATE'],
  timestamp: ['timestamp(3)', 'TIMESTAMP'],
  binary: ['varbinary', 'BLOB'],
} as const satisfies Record<string, readonly [athena: string, duckdb: string]>;

export type Primitive = keyof typeof primitives;

/** Other spellings that Athena takes in DDL. */
const synonyms: ReadonlyMap<string, Primitive> = new Map([
  ['integer', 'int'],
  ['real', 'float'],
  ['varbinary', 'binary'],
]);

/** A type that cannot be read. The message names the place. */
export class HiveTypeError extends Error {
  override readonly name = 'HiveTypeError';
}

/** Types within types beyond this are nobody's table. */
const depthMax = 32;

export function parseHiveType(text: string): HiveType {
  const reader = new TypeReader(text);
  const type = reader.type(0);
  reader.end();
  return type;
}

class TypeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  type(depth: number): HiveType {
    if (depth > depthMax) throw this.#fault('nested too deep');
    const name = this.#word();
    switch (name) {
      case 'array': {
        this.#expect('<');
        const element = this.type(depth + 1);
        this.#expect('>');
        return { kind: 'array', element };
      }
      case 'map': {
        this.#expect('<');
        const key = this.type(depth + 1);
        this.#expect(',');
        const value = this.type(depth + 1);
        this.#expect('>');
        return { kind: 'map', key, value };
      }
      case 'struct':
        return { kind: 'struct', fields: this.#fields(depth) };
      case 'decimal':
      case 'numeric': {
        const [precision = 10, scale = 0] = this.#numbers();
        if (precision < 1 || precision > 38 || scale > precision) throw this.#fault('decimal out of range');
        return { kind: 'decimal', precision, scale };
      }
      case 'char':
      case 'varchar': {
        const [length] = this.#numbers();
        return length === undefined ? { kind: 'primitive', name: 'string' } : { kind: 'text', name, length };
      }
      default: {
        const primitive = synonyms.get(name) ?? name;
        if (!Object.hasOwn(primitives, primitive)) throw this.#fault(`unknown type '${name.slice(0, 64)}'`);
        return { kind: 'primitive', name: primitive as Primitive };
      }
    }
  }

  #fields(depth: number): StructField[] {
    const fields: StructField[] = [];
    this.#expect('<');
    do {
      const name = this.#fieldName();
      this.#expect(':');
      fields.push({ name, type: this.type(depth + 1) });
    } while (this.#take(','));
    this.#expect('>');
    return fields;
  }

  #numbers(): number[] {
    if (!this.#take('(')) return [];
    const found: number[] = [];
    do found.push(Number(this.#match(/\s*(\d{1,9})/y)));
    while (this.#take(','));
    this.#expect(')');
    return found;
  }

  #fieldName(): string {
    const quoted = this.#tryMatch(/\s*[`"]([^`"]+)[`"]/y);
    return (quoted ?? this.#match(/\s*([^\s:<>,`"]+)/y)).toLowerCase();
  }

  #word(): string {
    return this.#match(/\s*(\w+)/y).toLowerCase();
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) throw this.#fault(`'${mark}' expected`);
  }

  #take(mark: string): boolean {
    return this.#tryMatch(new RegExp(`\\s*(\\${mark})`, 'y')) !== undefined;
  }

  end(): void {
    if (this.#text.slice(this.#at).trim() !== '') throw this.#fault('end expected');
  }

  #match(form: RegExp): string {
    const found = this.#tryMatch(form);
    if (found === undefined) throw this.#fault('a type or name expected');
    return found;
  }

  #tryMatch(form: RegExp): string | undefined {
    form.lastIndex = this.#at;
    const match = form.exec(this.#text);
    if (match === null) return undefined;
    this.#at = form.lastIndex;
    return match[1];
  }

  #fault(why: string): HiveTypeError {
    return new HiveTypeError(`${why} at position ${this.#at} of type '${this.#text.slice(0, 200)}'`);
  }
}

/** As DESCRIBE and GetTableMetadata print it. */
export function hiveTypeText(type: HiveType): string {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'text':
      return `${type.name}(${type.length})`;
    case 'array':
      return `array<${hiveTypeText(type.element)}>`;
    case 'map':
      return `map<${hiveTypeText(type.key)},${hiveTypeText(type.value)}>`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${hiveTypeText(field.type)}`).join(',')}>`;
  }
}

/** In the words of Athena's engine: `row(type varchar, arn varchar)`. */
export function athenaTypeText(type: HiveType): string {
  switch (type.kind) {
    case 'primitive':
      return primitives[type.name][0];
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'text':
      return `${type.name}(${type.length})`;
    case 'array':
      return `array(${athenaTypeText(type.element)})`;
    case 'map':
      return `map(${athenaTypeText(type.key)}, ${athenaTypeText(type.value)})`;
    case 'struct':
      return `row(${type.fields.map((field) => `${rowFieldName(field.name)} ${athenaTypeText(field.type)}`).join(', ')})`;
  }
}

function rowFieldName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** In the words of DuckDB, which writes the Parquet copies. */
export function duckdbTypeText(type: HiveType): string {
  switch (type.kind) {
    case 'primitive':
      return primitives[type.name][1];
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'text':
      return 'VARCHAR';
    case 'array':
      return `${duckdbTypeText(type.element)}[]`;
    case 'map':
      return `MAP(${duckdbTypeText(type.key)}, ${duckdbTypeText(type.value)})`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `"${field.name.replaceAll('"', '""')}" ${duckdbTypeText(field.type)}`).join(', ')})`;
  }
}
