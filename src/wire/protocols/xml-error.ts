// SPDX-License-Identifier: Apache-2.0
import { escapeXml, xmlMember } from '../codec/xml-writer.js';
import type { StructureShape } from '../shape.js';

/** An error's members as elements: modelled ones by their shapes, others as text. */
export function errorXml(
  members: Readonly<Record<string, unknown>>,
  shape: StructureShape | undefined,
): string {
  let content = '';
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined || value === null) continue;
    const member = shape?.members.find((candidate) => candidate.name === name);
    content +=
      member === undefined ? `<${name}>${escapeXml(String(value))}</${name}>` : xmlMember(member, value);
  }
  return content;
}
