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
  if (operation.input === undefined) return missing;
  const shape = shapeOf(operation.input);
  // Nearly all inputs are complete: paths are put together only for those that are not.
  if (!isComplete(shape, input ?? {})) collectStructure(shape, input, '', missing);
  return missing;
}

function isComplete(shape: Shape, value: unknown): boolean {
  switch (shape.type) {
    case 'structure':
      for (const member of shape.members) {
        const part = (value as Record<string, unknown>)[member.name];
        if (part === undefined || part === null) {
          if (member.required) return false;
        } else if (!isComplete(member.shape, part)) return false;
      }
      return true;
    case 'list':
      return (value as unknown[]).every((item) => isCompleteItem(shape.item.shape, item));
    case 'map':
      return Object.values(value as object).every((item) => isCompleteItem(shape.value.shape, item));
    default:
      return true;
  }
}

function isCompleteItem(shape: Shape, item: unknown): boolean {
  return isComplete(shape, shape.type === 'structure' ? (item ?? {}) : item);
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
