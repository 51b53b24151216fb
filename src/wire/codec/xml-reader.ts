// SPDX-License-Identifier: Apache-2.0
import type { ListShape, MapShape, Member, Shape } from '../shape.js';
import { readText } from './text-codec.js';
import { UnreadableValueError } from './unreadable-value.js';
import type { XmlElement } from './xml-document.js';

/** The value of a structure out of its element. Elements that the model does not know are ignored. */
export function readXmlStructure(members: readonly Member[], element: XmlElement): Record<string, unknown> {
  const children = byName(element.children);
  const value: Record<string, unknown> = {};
  for (const member of members) {
    const part = member.traits.xmlAttribute
      ? readAttribute(member, element)
      : readMember(member, children.get(member.xmlName));
    if (part !== undefined) value[member.name] = part;
  }
  return value;
}

function byName(elements: readonly XmlElement[]): Map<string, XmlElement[]> {
  const groups = new Map<string, XmlElement[]>();
  for (const element of elements) {
    const group = groups.get(element.name);
    if (group === undefined) groups.set(element.name, [element]);
    else group.push(element);
  }
  return groups;
}

function readAttribute(member: Member, element: XmlElement): unknown {
  const text = element.attributes.get(member.xmlName);
  return text === undefined ? undefined : readText(member.shape, text, member.name);
}

function readMember(member: Member, elements: readonly XmlElement[] | undefined): unknown {
  const [first] = elements ?? [];
  if (elements === undefined || first === undefined) return undefined;
  const { shape } = member;
  if (shape.type === 'list')
    return readList(shape, member.traits.xmlFlattened ? elements : itemsOf(shape, first));
  if (shape.type === 'map') return readMap(shape, member.traits.xmlFlattened ? elements : first.children);
  return readElement(shape, first);
}

function itemsOf(shape: ListShape, element: XmlElement): readonly XmlElement[] {
  const name = shape.item.traits.xmlName ?? 'member';
  return element.children.filter((child) => child.name === name);
}

function readList(shape: ListShape, elements: readonly XmlElement[]): unknown[] {
  return elements.map((element) => readElement(shape.item.shape, element));
}

function readMap(shape: MapShape, entries: readonly XmlElement[]): Record<string, unknown> {
  const keyName = shape.key.traits.xmlName ?? 'key';
  const valueName = shape.value.traits.xmlName ?? 'value';
  return Object.fromEntries(
    entries.map((entry) => {
      const key = entry.children.find((child) => child.name === keyName);
      const value = entry.children.find((child) => child.name === valueName);
      if (key === undefined || value === undefined)
        throw new UnreadableValueError('a map entry without key or value');
      return [key.text, readElement(shape.value.shape, value)];
    }),
  );
}

/** One value out of the element that holds it alone. */
export function readElement(shape: Shape, element: XmlElement): unknown {
  switch (shape.type) {
    case 'structure':
      return readXmlStructure(shape.members, element);
    case 'list':
      return readList(shape, itemsOf(shape, element));
    case 'map':
      return readMap(shape, element.children);
    default:
      if (element.children.length > 0)
        throw new UnreadableValueError(`${element.name} holds elements instead of text`);
      return readText(shape, element.text, element.name);
  }
}
