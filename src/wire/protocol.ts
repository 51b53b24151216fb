// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import type { WireRequest, WireResponse } from './http.js';
import { AwsJsonProtocol } from './protocols/aws-json.js';
import { AwsQueryProtocol } from './protocols/aws-query.js';
import { RestJsonProtocol } from './protocols/rest-json.js';
import { RestXmlProtocol } from './protocols/rest-xml.js';
import type { OperationModel, ProtocolName, ServiceModel } from './service-model.js';
import type { WireError } from './wire-error.js';

/** The server's side of an AWS protocol, for one service. Parsing and writing mirror each other. */
export interface ServerProtocol {
  readonly name: ProtocolName;
  /**
   * The operation that a request names; undefined when it names none. Of the protocols here only awsQuery looks into
   * the body. May throw a WireError for a body that is not well-formed.
   */
  operationName(request: WireRequest, body: Uint8Array | undefined): string | undefined;
  /** The answer to a request that names no operation, or one that the service does not have. */
  unknownOperation(request: WireRequest, name: string | undefined): WireError;
  /**
   * The input of a request, typed as the SDK types it. A streaming member is the body as it is given; every other
   * body must be in memory. Throws a WireError in the protocol's own words for what is not well-formed.
   */
  parse(
    operation: OperationModel,
    request: WireRequest,
    body: Uint8Array | Readable,
  ): Record<string, unknown>;
  write(operation: OperationModel, output: unknown, requestId: string): WireResponse;
  /** `request`, where there is one, gives S3's errors their Resource and HEAD answers no body. */
  writeError(error: WireError, requestId: string, request?: WireRequest): WireResponse;
}

const made = new WeakMap<ServiceModel, Map<ProtocolName, ServerProtocol>>();

/** A service's protocol; the same one at every call. */
export function protocolFor(model: ServiceModel, name: ProtocolName): ServerProtocol {
  let protocols = made.get(model);
  if (protocols === undefined) {
    protocols = new Map();
    made.set(model, protocols);
  }
  let protocol = protocols.get(name);
  if (protocol === undefined) {
    protocol = makeProtocol(model, name);
    protocols.set(name, protocol);
  }
  return protocol;
}

function makeProtocol(model: ServiceModel, name: ProtocolName): ServerProtocol {
  switch (name) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return new AwsJsonProtocol(model, name);
    case 'awsQuery':
      return new AwsQueryProtocol(model);
    case 'restJson':
      return new RestJsonProtocol(model);
    case 'restXml':
      return new RestXmlProtocol(model);
  }
}
