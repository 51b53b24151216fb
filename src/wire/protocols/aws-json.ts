// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import { byMemberName, parseJsonText, readJsonStructure, toJsonStructure } from '../codec/json-codec.js';
import { UnreadableValueError } from '../codec/unreadable-value.js';
import type { WireRequest, WireResponse } from '../http.js';
import { errorMembers, type ModelledError, modelledError } from '../modelled-error.js';
import type { ServerProtocol } from '../protocol.js';
import type { OperationModel, ServiceModel } from '../service-model.js';
import { shapeOf } from '../shape.js';
import { WireError } from '../wire-error.js';
import { WrittenJson } from '../written-json.js';
import { inMemory } from './in-memory.js';
import { toErrorJson } from './json-error.js';

/** Source: Smithy 2.0, "AWS JSON 1.0 protocol" and "AWS JSON 1.1 protocol". */
export class AwsJsonProtocol implements ServerProtocol {
  readonly #contentType: string;

  constructor(
    readonly model: ServiceModel,
    readonly name: 'awsJson1_0' | 'awsJson1_1',
  ) {
    this.#contentType = `application/x-amz-json-${name === 'awsJson1_0' ? '1.0' : '1.1'}`;
  }

  operationName(request: WireRequest): string | undefined {
    const { prefix, name } = splitTarget(request.headers['x-amz-target'] ?? '');
    return this.model.targetPrefixes.includes(prefix) ? name : undefined;
  }

  unknownOperation(): WireError {
    return new WireError(
      'UnknownOperationException',
      'The operation requested is not known to this service.',
    );
  }

  parse(
    operation: OperationModel,
    _request: WireRequest,
    body: Uint8Array | Readable,
  ): Record<string, unknown> {
    try {
      const json = parseJsonText(inMemory(body));
      if (json === undefined || operation.input === undefined) return {};
      return readJsonStructure(shapeOf(operation.input).members, json, byMemberName);
    } catch (error) {
      throw toSerializationException(error);
    }
  }

  write(operation: OperationModel, output: unknown, requestId: string): WireResponse {
    if (output instanceof WrittenJson) return this.#answer(200, output.text, requestId);
    const json =
      operation.output === undefined ? {} : toJsonStructure(shapeOf(operation.output), output, byMemberName);
    return this.#answer(200, JSON.stringify(json), requestId);
  }

  writeError(error: WireError, requestId: string): WireResponse {
    const modelled = modelledError(this.model, error);
    const json = {
      __type: modelled.code,
      ...toErrorJson(errorMembers(error, modelled.shape), modelled.shape, byMemberName),
    };
    return this.#answer(jsonStatus(modelled), JSON.stringify(json), requestId, error.headers);
  }

  #answer(
    status: number,
    body: string,
    requestId: string,
    headers: Readonly<Record<string, string>> = {},
  ): WireResponse {
    return {
      status,
      headers: { 'x-amzn-requestid': requestId, 'content-type': this.#contentType, ...headers },
      body,
    };
  }
}

/**
 * A modelled error of the caller's making is 400 whatever status the model gives its shape.
 * Source: CloudTrail API Reference, "GetTrailStatus" (Errors: 400 for each, where the model has 404 and 403).
 */
function jsonStatus({ shape, status }: ModelledError): number {
  return shape !== undefined && status < 500 ? 400 : status;
}

/** `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents`: the operation stands behind the last dot. */
export function splitTarget(target: string): { readonly prefix: string; readonly name: string } {
  const dot = target.lastIndexOf('.');
  return { prefix: target.slice(0, Math.max(0, dot)), name: target.slice(dot + 1) };
}

export function toSerializationException(error: unknown): unknown {
  if (!(error instanceof UnreadableValueError)) return error;
  return new WireError('SerializationException', error.message, { status: 400, cause: error });
}
