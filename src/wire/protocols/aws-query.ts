// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import { decodeFormBody, parseFormPairs, readFormStructure, toFormTree } from '../codec/form-codec.js';
import { UnreadableValueError } from '../codec/unreadable-value.js';
import { escapeXml, xmlStructure } from '../codec/xml-writer.js';
import type { WireRequest, WireResponse } from '../http.js';
import { errorMembers, modelledError } from '../modelled-error.js';
import type { ServerProtocol } from '../protocol.js';
import type { OperationModel, ServiceModel } from '../service-model.js';
import { shapeOf } from '../shape.js';
import { WireError } from '../wire-error.js';
import { inMemory } from './in-memory.js';
import { errorXml } from './xml-error.js';

/** Source: Smithy 2.0, "AWS query protocol"; the codes: STS API Reference, "Common Errors". */
export class AwsQueryProtocol implements ServerProtocol {
  readonly name = 'awsQuery';

  constructor(readonly model: ServiceModel) {}

  operationName(request: WireRequest, body: Uint8Array | undefined): string | undefined {
    return pairsOf(request, body).find(([name]) => name === 'Action')?.[1] || undefined;
  }

  unknownOperation(_request: WireRequest, name: string | undefined): WireError {
    if (name === undefined)
      return new WireError('MissingAction', 'The request is missing an action or a required parameter.');
    const message = `Could not find operation ${name} for version ${this.model.apiVersion}`;
    return new WireError('InvalidAction', message, { status: 400 });
  }

  parse(
    operation: OperationModel,
    request: WireRequest,
    body: Uint8Array | Readable,
  ): Record<string, unknown> {
    const pairs = pairsOf(request, inMemory(body));
    if (operation.input === undefined) return {};
    try {
      return readFormStructure(shapeOf(operation.input), toFormTree(pairs));
    } catch (error) {
      if (!(error instanceof UnreadableValueError)) throw error;
      throw new WireError('MalformedInput', error.message, { status: 400, cause: error });
    }
  }

  write(operation: OperationModel, output: unknown, requestId: string): WireResponse {
    const { name, output: schema } = operation;
    const result = schema === undefined ? '' : xmlStructure(`${name}Result`, shapeOf(schema), output ?? {});
    const metadata = `<ResponseMetadata><RequestId>${escapeXml(requestId)}</RequestId></ResponseMetadata>`;
    const body = `<${name}Response xmlns="${this.model.xmlNamespace}">${result}${metadata}</${name}Response>`;
    return answer(200, body, requestId);
  }

  writeError(error: WireError, requestId: string): WireResponse {
    const modelled = modelledError(this.model, error);
    const { message, Message, ...fields } = errorMembers(error, modelled.shape);
    const content = errorXml({ Message: Message ?? message, ...fields }, modelled.shape);
    const type = modelled.isSenderFault ? 'Sender' : 'Receiver';
    const body =
      `<ErrorResponse xmlns="${this.model.xmlNamespace}"><Error><Type>${type}</Type>` +
      `<Code>${escapeXml(modelled.queryCode)}</Code>${content}</Error>` +
      `<RequestId>${escapeXml(requestId)}</RequestId></ErrorResponse>`;
    return answer(modelled.status, body, requestId, error.headers);
  }
}

/** Parameters may come in the query string (presigned calls), in a form body, or in both. */
function pairsOf(request: WireRequest, body: Uint8Array | undefined): [string, string][] {
  try {
    const form = body === undefined ? '' : decodeFormBody(body);
    return [...parseFormPairs(request.rawQuery), ...parseFormPairs(form)];
  } catch (error) {
    if (!(error instanceof UnreadableValueError)) throw error;
    throw new WireError('MalformedQueryString', 'The query string contains a syntax error.', {
      status: 404,
      cause: error,
    });
  }
}

function answer(
  status: number,
  body: string,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): WireResponse {
  return { status, headers: { 'x-amzn-requestid': requestId, 'content-type': 'text/xml', ...headers }, body };
}
