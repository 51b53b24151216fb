// SPDX-License-Identifier: Apache-2.0
import type { ListShape, MapShape, Shape, StructureShape } from '../shape.js';
import { readText } from './text-codec.js';
import { UnreadableValueError } from './unreadable-value.js';

/**
 * The query protocol's input: `Tags.member.1.Key=a&Tags.member.1.Value=b` as a tree of its dotted names.
 * Source: Smithy 2.0, "AWS query protocol".
 */
export interface FormNode {
  text: string | undefined;
  readonly parts: Map<string, FormNode>;
}

/** The deepest input of a query API has about ten names; readers recurse by name. */
const depthMax = 32;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The decoded pairs of an `application/x-www-form-urlencoded` text, in which `+` is a space. */
export function parseFormPairs(form: string): [string, string][] {
  return form
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const eq = part.indexOf('=');
      return eq < 0
        ? [decodeForm(part), '']
        : [decodeForm(part.slice(0, eq)), decodeForm(part.slice(eq + 1))];
    });
}

export function decodeFormBody(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new UnreadableValueError('the body is not UTF-8');
  }
}

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new UnreadableValueError('a percent-encoding is not valid');
  }
}

/** Of a name given twice the first value counts. */
export function toFormTree(pairs: readonly (readonly [string, string])[]): FormNode {
  const root: FormNode = { text: undefined, parts: new Map() };
  for (const [name, value] of pairs) {
    const names = name.split('.', depthMax + 1);
    if (names.length > depthMax) throw new UnreadableValueError(`a name of more than ${depthMax} parts`);
    let node = root;
    for (const part of names) node = childOf(node, part);
    node.text ??= value;
  }
  return root;
}

function childOf(node: FormNode, name: string): FormNode {
  const known = node.parts.get(name);
  if (known !== undefined) return known;
  const child: FormNode = { text: undefined, parts: new Map() };
  node.parts.set(name, child);
  return child;
}

/** The value of a structure; names that the model does not know are ignored. */
export function readFormStructure(shape: StructureShape, node: FormNode): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const member of shape.members) {
    const part = node.parts.get(member.xmlName);
    if (part === undefined) continue;
    value[member.name] = readForm(member.shape, part, member.name, member.traits.xmlFlattened !== undefined);
  }
  return value;
}

function readForm(shape: Shape, node: FormNode, name: string, flattened: boolean): unknown {
  switch (shape.type) {
    case 'structure':
      refuseText(node, name);
      return readFormStructure(shape, node);
    case 'list':
      return readList(shape, node, name, flattened);
    case 'map':
      return readMap(shape, node, name, flattened);
    default:
      if (node.text === undefined) throw new UnreadableValueError(`${name} has members instead of a value`);
      return readText(shape, node.text, name);
  }
}

/** `Names=` alone is the empty list. */
function readList(shape: ListShape, node: FormNode, name: string, flattened: boolean): unknown[] {
  refuseText(node, name);
  const items = flattened ? node : node.parts.get(shape.item.traits.xmlName ?? 'member');
  return items === undefined
    ? []
    : inOrder(items).map((item) => readForm(shape.item.shape, item, name, false));
}

function readMap(shape: MapShape, node: FormNode, name: string, flattened: boolean): Record<string, unknown> {
  refuseText(node, name);
  const entries = flattened ? node : node.parts.get('entry');
  const pairs = (entries === undefined ? [] : inOrder(entries)).map((entry): [string, unknown] => {
    const key = entry.parts.get(shape.key.traits.xmlName ?? 'key')?.text;
    const value = entry.parts.get(shape.value.traits.xmlName ?? 'value');
    if (key === undefined || value === undefined)
      throw new UnreadableValueError(`an entry of ${name} without key or value`);
    return [key, readForm(shape.value.shape, value, name, false)];
  });
  return Object.fromEntries(pairs);
}

/** Numbered parts by number; the numbers may have gaps and say nothing of the list's length. */
function inOrder(node: FormNode): FormNode[] {
  return [...node.parts]
    .filter(([index]) => /^[0-9]{1,9}$/.test(index))
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, part]) => part);
}

function refuseText(node: FormNode, name: string): void {
  if (node.text) throw new UnreadableValueError(`${name} has a value instead of members`);
}
