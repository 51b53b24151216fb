// SPDX-License-Identifier: Apache-2.0
import type { ListShape, MapShape, Member, Shape, StructureShape } from '../shape.js';
import { writeText } from './text-codec.js';

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * Escapes text for elements and attributes. A bare carriage return would come back as a line feed; control
 * characters, which S3 keys may hold, go out as references as S3 writes them, though XML 1.0 has no place for them.
 */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\u0000-\u0008\u000b-\u001f\u0085\u2028]/g, (character) => {
    const named = namedEscapes[character];
    return named ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
  });
}

const namedEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** An element of a structure, with its attributes. */
export function xmlStructure(name: string, shape: StructureShape, value: unknown, attributes = ''): string {
  const source = value as Record<string, unknown>;
  let tag = name + attributes;
  let content = '';
  for (const member of shape.members) {
    const part = source[member.name];
    if (part === undefined || part === null) continue;
    if (member.traits.xmlAttribute)
      tag += ` ${member.xmlName}="${escapeXml(writeText(member.shape, part, 'dateTime'))}"`;
    else content += xmlMember(member, part);
  }
  return element(name, tag, content);
}

/** The element (for a flattened list or map: the elements) of one member. */
export function xmlMember(member: Member, value: unknown): string {
  const { shape } = member;
  const attributes = namespaceAttribute(member);
  if (shape.type === 'list' && member.traits.xmlFlattened)
    return listItems(shape, value as unknown[], member.xmlName);
  if (shape.type === 'map' && member.traits.xmlFlattened)
    return mapEntries(shape, value as object, member.xmlName);
  return xmlValue(member.xmlName, shape, value, attributes);
}

function xmlValue(name: string, shape: Shape, value: unknown, attributes: string): string {
  switch (shape.type) {
    case 'structure':
      return xmlStructure(name, shape, value, attributes);
    case 'list': {
      const items = listItems(shape, value as unknown[], shape.item.traits.xmlName ?? 'member');
      return element(name, name + attributes, items);
    }
    case 'map':
      return element(name, name + attributes, mapEntries(shape, value as object, 'entry'));
    default:
      return element(name, name + attributes, escapeXml(writeText(shape, value, 'dateTime')));
  }
}

function listItems(shape: ListShape, items: readonly unknown[], name: string): string {
  let content = '';
  const attributes = namespaceAttribute(shape.item);
  for (const item of items) {
    if (item !== undefined && item !== null) content += xmlValue(name, shape.item.shape, item, attributes);
  }
  return content;
}

function mapEntries(shape: MapShape, map: object, name: string): string {
  const keyName = shape.key.traits.xmlName ?? 'key';
  const valueName = shape.value.traits.xmlName ?? 'value';
  let content = '';
  for (const [key, value] of Object.entries(map)) {
    if (value === undefined || value === null) continue;
    content += `<${name}>${element(keyName, keyName, escapeXml(key))}${xmlValue(valueName, shape.value.shape, value, '')}</${name}>`;
  }
  return content;
}

function namespaceAttribute(member: Member): string {
  const trait: unknown = member.traits.xmlNamespace;
  if (!Array.isArray(trait)) return '';
  const [prefix, uri] = trait as [string | undefined, string];
  return ` xmlns${prefix ? `:${prefix}` : ''}="${escapeXml(uri)}"`;
}

function element(name: string, tag: string, content: string): string {
  return content === '' ? `<${tag}/>` : `<${tag}>${content}</${name}>`;
}
