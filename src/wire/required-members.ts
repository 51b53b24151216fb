// SPDX-License-Identifier: Apache-2.0

import type { OperationModel } from './service-model.js';
import { type Shape, type StructureShape, shapeOf } from './shape.js';

/** So many paths are told: an answer must not grow to thirty times the request that lacks everything. */
const pathsMax = 100;

/**
 * The paths of required members that an input lacks, in the model's order, with the names and indexes that the SDKs
 * know: `TagsList[1].Key`; the first 100. Empty when the input is complete. What else a service demands, it checks itself.
 */
export function missingRequiredMembers(operation: OperationModel, input: unknown): string[] {
  const missing: string[] = [];
  if (operation.input !== undefined) collectStructure(shapeOf(operation.input), input, '', missing);
  return missing;
}

function collectStructure(shape: StructureShape, value: unknown, path: string, missing: string[]): void {
  const source = (value ?? {}) as Record<string, unknown>;
  for (const member of shape.members) {
    if (missing.length === pathsMax) return;
    const part = source[member.name];
    const name = path === '' ? member.name : `${path}.${member.name}`;
    if (part !== undefined && part !== null) collect(member.shape, part, name, missing);
    else if (member.required) missing.push(name);
  }
}

function collect(shape: Shape, value: unknown, path: string, missing: string[]): void {
  if (shape.type === 'structure') collectStructure(shape, value, path, missing);
  if (shape.type === 'list') {
    (value as unknown[]).forEach((item, at) => {
      collect(shape.item.shape, item, `${path}[${at}]`, missing);
    });
  }
  if (shape.type === 'map') {
    for (const [key, item] of Object.entries(value as object))
      collect(shape.value.shape, item, `${path}.${key}`, missing);
  }
}
