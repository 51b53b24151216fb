// SPDX-License-Identifier: Apache-2.0
import { translateTraits } from '@smithy/core/schema';
import type {
  $MemberSchema,
  $SchemaRef,
  SchemaTraitsObject,
  StaticErrorSchema,
  StaticOperationSchema,
  StaticStructureSchema,
} from '@smithy/types';
import type { HttpTrait, OperationModel, ServiceModel } from './service-model.js';

export interface ModelFacts extends Omit<ServiceModel, 'operations' | 'errors'> {
  /** Header names that the client changes on their way, by the name in its schemas: `ExpiresString` is `Expires`. */
  readonly headerNames?: Readonly<Record<string, string>>;
}

/** Schemas of the SDK's own (`smithy.ts.sdk.synthetic.…`): its base exceptions, no errors of a service. */
const syntheticNamespace = 'smithy.ts.sdk.synthetic.';

/**
 * A service's model out of what its SDK client exports: every operation schema (`LookupEvents$`) with its input and
 * output, every error schema. The exports may also be schemas written by hand.
 * @param load asked once, when the operations or the errors are first looked at: what a request is routed by are the facts
 */
export function modelFromClient(
  load: () => Readonly<Record<string, unknown>>,
  { headerNames = {}, ...facts }: ModelFacts,
): ServiceModel {
  let read: Schemas | undefined;
  const schemas = (): Schemas => {
    read ??= readSchemas(load(), headerNames);
    return read;
  };
  return {
    ...facts,
    get operations() {
      return schemas().operations;
    },
    get errors() {
      return schemas().errors;
    },
  };
}

type Schemas = Pick<ServiceModel, 'operations' | 'errors'>;

function readSchemas(
  exports: Readonly<Record<string, unknown>>,
  headerNames: Readonly<Record<string, string>>,
): Schemas {
  const operations = new Map<string, OperationModel>();
  const errors = new Map<string, StaticErrorSchema>();
  for (const value of Object.values(exports)) {
    if (isOperation(value)) operations.set(value[2], operationModel(value, headerNames));
    else if (isError(value) && !value[1].startsWith(syntheticNamespace)) errors.set(value[2], value);
  }
  return { operations, errors };
}

function isOperation(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === 9 && value.length === 6;
}

function isError(value: unknown): value is StaticErrorSchema {
  return Array.isArray(value) && value[0] === -3;
}

function operationModel(
  schema: StaticOperationSchema,
  headerNames: Readonly<Record<string, string>>,
): OperationModel {
  const input = structureOf(schema[4]);
  const output = structureOf(schema[5]);
  return {
    name: schema[2],
    schema,
    input: input && withHeaderNames(input, headerNames),
    output: output && withHeaderNames(output, headerNames),
    http: httpTrait(schema, input),
  };
}

/** Undefined for `unit`: no input, no output. */
function structureOf(ref: $SchemaRef): StaticStructureSchema | undefined {
  const schema: unknown = typeof ref === 'function' ? (ref as () => unknown)() : ref;
  return Array.isArray(schema) && schema[0] === 3 ? (schema as StaticStructureSchema) : undefined;
}

/**
 * The clients' S3 schemas leave the bucket out of the URI, as it is part of the host in most requests; the REST
 * router works on path-style addresses and needs it back.
 */
function httpTrait(
  schema: StaticOperationSchema,
  input: StaticStructureSchema | undefined,
): HttpTrait | undefined {
  const trait = translateTraits(schema[3]).http;
  if (trait === undefined) return undefined;
  const [method, uri, status] = trait;
  const isBucketMissing = input?.[4].includes('Bucket') && !uri.includes('{Bucket}');
  return { method, uri: isBucketMissing ? `/{Bucket}${uri.replace(/^\/(?=\?|$)/, '')}` : uri, status };
}

function withHeaderNames(
  schema: StaticStructureSchema,
  headerNames: Readonly<Record<string, string>>,
): StaticStructureSchema {
  const renamed = schema[5].map((ref) => {
    const header = Array.isArray(ref) && ref.length === 2 ? memberTraits(ref).httpHeader : undefined;
    const name = header === undefined ? undefined : headerNames[header];
    return name === undefined ? ref : [(ref as $MemberSchema)[0], { ...memberTraits(ref), httpHeader: name }];
  }) as $SchemaRef[];
  if (renamed.every((ref, at) => ref === schema[5][at])) return schema;
  const [kind, namespace, name, traits, names, , required] = schema;
  return [kind, namespace, name, traits, names, renamed, required ?? 0];
}

function memberTraits(ref: unknown): SchemaTraitsObject {
  return translateTraits((ref as [unknown, SchemaTraitsObject | number])[1]);
}
