// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import {
  byJsonName,
  parseJsonText,
  readJson,
  readJsonStructure,
  toJson,
  toJsonStructure,
} from '../codec/json-codec.js';
import type { WireRequest, WireResponse } from '../http.js';
import { errorMembers, modelledError } from '../modelled-error.js';
import type { ServerProtocol } from '../protocol.js';
import type { OperationModel, ServiceModel } from '../service-model.js';
import { type Member, shapeOf } from '../shape.js';
import { WireError } from '../wire-error.js';
import { toSerializationException } from './aws-json.js';
import { responseBindings, writeHttpHeaders } from './http-bindings.js';
import { toErrorJson } from './json-error.js';
import { type DocumentReader, InvalidAddressError, readRestInput } from './rest-request.js';
import { RestRouter } from './rest-router.js';

/** Source: Smithy 2.0, "AWS restJson1 protocol". */
export class RestJsonProtocol implements ServerProtocol {
  readonly name = 'restJson';
  readonly #router: RestRouter;

  constructor(readonly model: ServiceModel) {
    this.#router = new RestRouter(model);
  }

  operationName(request: WireRequest): string | undefined {
    return this.#router.find(request)?.name;
  }

  unknownOperation(): WireError {
    const message = 'The operation requested is not known to this service.';
    return new WireError('UnknownOperationException', message, { status: 404 });
  }

  parse(
    operation: OperationModel,
    request: WireRequest,
    body: Uint8Array | Readable,
  ): Record<string, unknown> {
    try {
      return readRestInput(operation, request, body, jsonReader);
    } catch (error) {
      if (error instanceof InvalidAddressError) throw this.unknownOperation();
      throw toSerializationException(error);
    }
  }

  write(operation: OperationModel, output: unknown, requestId: string): WireResponse {
    const status = operation.http?.status ?? 200;
    const headers = { 'x-amzn-requestid': requestId, 'content-type': 'application/json' };
    if (operation.output === undefined) return { status, headers, body: '{}' };
    const shape = shapeOf(operation.output);
    const bound = responseBindings(shape);
    const source = (output ?? {}) as Record<string, unknown>;
    Object.assign(headers, writeHttpHeaders(bound, source));
    if (bound.payload === undefined) {
      const json = toJsonStructure({ ...shape, members: bound.body }, source, byJsonName);
      return { status, headers, body: JSON.stringify(json) };
    }
    return { status, headers, ...payloadBody(bound.payload, source[bound.payload.name]) };
  }

  writeError(error: WireError, requestId: string): WireResponse {
    const modelled = modelledError(this.model, error);
    const json = toErrorJson(errorMembers(error, modelled.shape), modelled.shape, byJsonName);
    const headers = {
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': modelled.code,
      'content-type': 'application/json',
      ...error.headers,
    };
    return { status: modelled.status, headers, body: JSON.stringify(json) };
  }
}

const jsonReader: DocumentReader = {
  payload: (member, bytes) => readJson(member.shape, parseJsonText(bytes), byJsonName),
  members: (_operation, members, bytes) => readJsonStructure(members, parseJsonText(bytes), byJsonName),
};

function payloadBody(member: Member, value: unknown): Pick<WireResponse, 'body'> {
  if (value === undefined || value === null) return {};
  if (member.shape.type === 'blob' || member.shape.type === 'string')
    return { body: value as Uint8Array | string | Readable };
  return { body: JSON.stringify(toJson(member.shape, value, byJsonName)) };
}
