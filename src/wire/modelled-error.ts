// SPDX-License-Identifier: Apache-2.0
import { translateTraits } from '@smithy/core/schema';
import type { SchemaTraitsObject, StaticErrorSchema } from '@smithy/types';
import type { ServiceModel } from './service-model.js';
import { type StructureShape, shapeOf } from './shape.js';
import type { WireError } from './wire-error.js';

/** What a model says of an error; traits that the type package leaves out of its list. */
interface ErrorTraits extends SchemaTraitsObject {
  readonly httpError?: number;
  readonly awsQueryError?: readonly [code: string, status: number];
}

/** An error as it goes out. */
export interface ModelledError {
  /** The shape's name. */
  readonly code: string;
  /** The code of the query protocol, which may be another one. */
  readonly queryCode: string;
  readonly status: number;
  /** Whose fault it is, by the status. */
  readonly isSenderFault: boolean;
  readonly shape: StructureShape | undefined;
}

/** Looks an error up by the shape's name or by its query code; what the model does not know keeps its own status. */
export function modelledError(model: ServiceModel, error: WireError): ModelledError {
  const schema = model.errors.get(error.code) ?? byQueryCode(model, error.code);
  const traits: ErrorTraits = schema === undefined ? {} : translateTraits(schema[3]);
  const status =
    traits.httpError ?? traits.awsQueryError?.[1] ?? error.status ?? (traits.error === 'server' ? 500 : 400);
  return {
    code: schema?.[2] ?? error.code,
    queryCode: traits.awsQueryError?.[0] ?? error.code,
    status,
    isSenderFault: status < 500,
    shape: schema && shapeOf(schema),
  };
}

function byQueryCode(model: ServiceModel, code: string): StaticErrorSchema | undefined {
  for (const schema of model.errors.values()) {
    if ((translateTraits(schema[3]) as ErrorTraits).awsQueryError?.[0] === code) return schema;
  }
  return undefined;
}

/** The members of an error's body, message included under the name that the model gives it. */
export function errorMembers(error: WireError, shape: StructureShape | undefined): Record<string, unknown> {
  const messageName =
    shape?.members.find((member) => member.name.toLowerCase() === 'message')?.name ?? 'message';
  return { [messageName]: error.message, ...error.fields };
}
