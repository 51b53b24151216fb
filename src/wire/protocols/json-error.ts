// SPDX-License-Identifier: Apache-2.0
import { type JsonNaming, toJson } from '../codec/json-codec.js';
import type { StructureShape } from '../shape.js';

/** An error's members as JSON: modelled ones by their shapes, others as they are. */
export function toErrorJson(
  members: Readonly<Record<string, unknown>>,
  shape: StructureShape | undefined,
  naming: JsonNaming,
): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined || value === null) continue;
    const member = shape?.members.find((candidate) => candidate.name === name);
    if (member === undefined) json[name] = value;
    else json[naming(member)] = toJson(member.shape, value, naming);
  }
  return json;
}
