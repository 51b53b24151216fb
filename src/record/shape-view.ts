// SPDX-License-Identifier: Apache-2.0
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticStructureSchema } from '@smithy/types';

export type ShapeKind = 'structure' | 'list' | 'map' | 'timestamp' | 'blob' | 'other';

/** What a member of a structure (or the items of a list, the values of a map) adds to its shape. */
export interface MemberView {
  readonly name: string;
  readonly shape: ShapeView;
  readonly sensitive: boolean;
  readonly streaming: boolean;
  /** Where the member travels in HTTP; undefined when it is part of the body's document. */
  readonly header: string | undefined;
  readonly query: string | undefined;
  readonly label: boolean;
  readonly payload: boolean;
  /** Its element name in XML, and whether a list stands without an element around its items. */
  readonly xmlName: string;
  readonly xmlFlattened: boolean;
}

/** The part of an SDK schema that a record needs, resolved once per shape and then only looked up. */
export interface ShapeView {
  readonly kind: ShapeKind;
  /** Members of a structure by the model's name. */
  readonly members: ReadonlyMap<string, MemberView>;
  /** Items of a list, values of a map. */
  readonly item: MemberView | undefined;
}

/** Keyed by the schema, so recursive shapes are one view however deep a value nests. */
const views = new WeakMap<object, ShapeView>();

export function shapeViewOf(schema: StaticStructureSchema): ShapeView {
  return viewOf(NormalizedSchema.of(schema));
}

function viewOf(schema: NormalizedSchema): ShapeView {
  const key: unknown = schema.getSchema();
  if (typeof key !== 'object' || key === null) return new LazyShapeView(schema);
  let view = views.get(key);
  if (view === undefined) {
    view = new LazyShapeView(schema);
    views.set(key, view);
  }
  return view;
}

const noMembers: ReadonlyMap<string, MemberView> = new Map();

class LazyShapeView implements ShapeView {
  readonly kind: ShapeKind;
  readonly #schema: NormalizedSchema;
  #members: ReadonlyMap<string, MemberView> | undefined;
  #item: MemberView | undefined;

  constructor(schema: NormalizedSchema) {
    this.#schema = schema;
    this.kind = kindOf(schema);
  }

  get members(): ReadonlyMap<string, MemberView> {
    if (this.#members === undefined) {
      this.#members = this.kind === 'structure' ? membersOf(this.#schema) : noMembers;
    }
    return this.#members;
  }

  get item(): MemberView | undefined {
    if (this.#item === undefined && (this.kind === 'list' || this.kind === 'map')) {
      this.#item = memberView('member', this.#schema.getValueSchema());
    }
    return this.#item;
  }
}

function kindOf(schema: NormalizedSchema): ShapeKind {
  if (schema.isStructSchema()) return 'structure';
  if (schema.isListSchema()) return 'list';
  if (schema.isMapSchema()) return 'map';
  if (schema.isTimestampSchema()) return 'timestamp';
  if (schema.isBlobSchema()) return 'blob';
  return 'other';
}

function membersOf(schema: NormalizedSchema): ReadonlyMap<string, MemberView> {
  const members = new Map<string, MemberView>();
  for (const [name, member] of schema.structIterator()) members.set(name, memberView(name, member));
  return members;
}

function memberView(name: string, schema: NormalizedSchema): MemberView {
  const traits: Record<string, unknown> = { ...schema.getMergedTraits() };
  const text = (trait: string) => (typeof traits[trait] === 'string' ? traits[trait] : undefined);
  return {
    name,
    get shape() {
      return viewOf(schema);
    },
    sensitive: Boolean(traits.sensitive),
    streaming: schema.isStreaming(),
    header: text('httpHeader'),
    query: text('httpQuery'),
    label: Boolean(traits.httpLabel),
    payload: Boolean(traits.httpPayload),
    xmlName: text('xmlName') ?? name,
    xmlFlattened: Boolean(traits.xmlFlattened),
  };
}
