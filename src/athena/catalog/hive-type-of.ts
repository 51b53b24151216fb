// SPDX-License-Identifier: Apache-2.0

const words: Readonly<Record<string, string>> = {
  varchar: 'string',
  integer: 'int',
  real: 'float',
  varbinary: 'binary',
  array: 'array',
  map: 'map',
  row: 'struct',
};

/**
 * A column's type in the words of the catalog, which are Hive's, from those of the engine: `array(row(arn varchar))` is
 * `array<struct<arn:string>>`. What Hive has no word for stays as it is. A field without a name has that of its place.
 */
export function hiveTypeOf(type: string): string {
  const text = type.trim();
  const match = /^([a-z]+)\s*\(([\s\S]*)\)(.*)$/i.exec(text);
  const word = (match?.[1] ?? text).toLowerCase();
  if (word.startsWith('timestamp')) return 'timestamp';
  if (match === null) return words[word] ?? text;
  const parts = splitTop(match[2] ?? '');
  if (word === 'array' || word === 'map') return `${word}<${parts.map(hiveTypeOf).join(',')}>`;
  if (word !== 'row') return text.replaceAll(' ', '');
  return `struct<${parts.map(fieldOf).join(',')}>`;
}

/** A name in front of a type, in quotes or not; types have a word, and a bracket or nothing behind it. */
function fieldOf(part: string, at: number): string {
  const match = /^(?:"((?:[^"]|"")+)"|([^\s"()]+))\s+(\S[\s\S]*)$/.exec(part.trim());
  if (match === null) return `field${at}:${hiveTypeOf(part)}`;
  const name = (match[1]?.replaceAll('""', '"') ?? match[2] ?? '').toLowerCase();
  return `${name}:${hiveTypeOf(match[3] ?? '')}`;
}

/** At the commas that are in no brackets and no quotes. */
function splitTop(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const piece of text.match(/"(?:[^"]|"")*"|[\s\S]/g) ?? []) {
    if (piece === '(') depth += 1;
    if (piece === ')') depth -= 1;
    if (piece === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}
