// SPDX-License-Identifier: Apache-2.0
import { NormalizedSchema } from '@smithy/core/schema';
import type { SchemaTraitsObject, StaticErrorSchema, StaticStructureSchema } from '@smithy/types';

/**
 * Shapes: the SDK clients' schemas, resolved once into plain trees that the codecs walk. References are followed,
 * member and shape traits are told apart, and recursive structures refer to themselves.
 */
export type Shape = SimpleShape | TimestampShape | ListShape | MapShape | StructureShape;

export interface SimpleShape {
  readonly type: 'string' | 'number' | 'boolean' | 'blob' | 'document';
}

export type TimestampFormat = 'dateTime' | 'httpDate' | 'epochSeconds';

export interface TimestampShape {
  readonly type: 'timestamp';
  /** Undefined: the default of the place where it stands. */
  readonly format: TimestampFormat | undefined;
}

export interface ListShape {
  readonly type: 'list';
  readonly item: Member;
}

export interface MapShape {
  readonly type: 'map';
  readonly key: Member;
  readonly value: Member;
}

export interface StructureShape {
  readonly type: 'structure';
  readonly name: string;
  readonly isUnion: boolean;
  readonly members: readonly Member[];
  /** The root element's name where it is not the shape's. */
  readonly xmlName: string | undefined;
}

export interface Member {
  readonly name: string;
  readonly shape: Shape;
  /** The model says that a request without it is invalid. */
  readonly required: boolean;
  /** The member's traits over those of its shape. */
  readonly traits: SchemaTraitsObject;
  /** The element's or form field's name: what the member itself says, else its name. */
  readonly xmlName: string;
  readonly jsonName: string;
  readonly streaming: boolean;
}

const structures = new WeakMap<object, StructureShape>();

/** The shape of a structure, union or error schema. The same schema gives the same shape. */
export function shapeOf(schema: StaticStructureSchema | StaticErrorSchema): StructureShape {
  return structureOf(NormalizedSchema.of(schema));
}

function structureOf(schema: NormalizedSchema): StructureShape {
  const raw = schema.getSchema() as StaticStructureSchema;
  const known = structures.get(raw);
  if (known !== undefined) return known;
  const members: Member[] = [];
  const shape: StructureShape = {
    type: 'structure',
    name: raw[2],
    isUnion: schema.isUnionSchema(),
    members,
    xmlName: schema.getOwnTraits().xmlName,
  };
  // Known before its members are looked at: a structure may contain itself.
  structures.set(raw, shape);
  // A schema names its required members first and counts them.
  const requiredCount = raw[6] ?? 0;
  for (const [name, member] of schema.structIterator()) {
    members.push(memberOf(name, member, members.length < requiredCount));
  }
  return shape;
}

function memberOf(name: string, schema: NormalizedSchema, required: boolean): Member {
  const own = schema.getMemberTraits();
  return {
    name,
    shape: anyShapeOf(schema),
    required,
    traits: schema.getMergedTraits(),
    xmlName: own.xmlName ?? name,
    jsonName: own.jsonName ?? name,
    streaming: schema.isStreaming(),
  };
}

function anyShapeOf(schema: NormalizedSchema): Shape {
  if (schema.isStructSchema()) return structureOf(schema);
  if (schema.isListSchema())
    return { type: 'list', item: memberOf('member', schema.getValueSchema(), false) };
  if (schema.isMapSchema()) {
    return {
      type: 'map',
      key: memberOf('key', schema.getKeySchema(), true),
      value: memberOf('value', schema.getValueSchema(), false),
    };
  }
  if (schema.isTimestampSchema()) {
    return { type: 'timestamp', format: timestampFormats[schema.getSchema() as number] };
  }
  return { type: simpleType(schema) };
}

/** By the numbers that schemas give to timestamps. Source: @smithy/types, schema/sentinels. */
const timestampFormats: Readonly<Record<number, TimestampFormat>> = {
  5: 'dateTime',
  6: 'httpDate',
  7: 'epochSeconds',
};

function simpleType(schema: NormalizedSchema): SimpleShape['type'] {
  if (schema.isBlobSchema()) return 'blob';
  if (schema.isBooleanSchema()) return 'boolean';
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) return 'number';
  return schema.isDocumentSchema() ? 'document' : 'string';
}
