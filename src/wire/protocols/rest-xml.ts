// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import { UnreadableParameterError, UnreadableValueError } from '../codec/unreadable-value.js';
import { parseXml } from '../codec/xml-document.js';
import { readElement, readXmlStructure } from '../codec/xml-reader.js';
import { escapeXml, xmlDeclaration, xmlStructure } from '../codec/xml-writer.js';
import { hostId } from '../host-id.js';
import type { WireRequest, WireResponse } from '../http.js';
import { errorMembers, modelledError } from '../modelled-error.js';
import { presignedHeaders } from '../presigned-headers.js';
import type { ServerProtocol } from '../protocol.js';
import type { OperationModel, ServiceModel } from '../service-model.js';
import { type Member, type StructureShape, shapeOf } from '../shape.js';
import { WireError } from '../wire-error.js';
import { type HttpBindings, responseBindings, writeHttpHeaders } from './http-bindings.js';
import { type DocumentReader, InvalidAddressError, readRestInput } from './rest-request.js';
import { RestRouter } from './rest-router.js';
import { errorXml } from './xml-error.js';

/** Source: Smithy 2.0, "AWS restXml protocol", in S3's variant: errors and GetBucketLocation without a wrapper. */
export class RestXmlProtocol implements ServerProtocol {
  readonly name = 'restXml';
  readonly #router: RestRouter;
  readonly #namespace: string;

  constructor(readonly model: ServiceModel) {
    this.#router = new RestRouter(model);
    this.#namespace = ` xmlns="${model.xmlNamespace}"`;
  }

  operationName(request: WireRequest): string | undefined {
    return this.#router.find(request)?.name;
  }

  unknownOperation(request: WireRequest): WireError {
    const message = 'The specified method is not allowed against this resource.';
    return new WireError('MethodNotAllowed', message, { status: 405, fields: { Method: request.method } });
  }

  parse(
    operation: OperationModel,
    request: WireRequest,
    body: Uint8Array | Readable,
  ): Record<string, unknown> {
    try {
      return readRestInput(operation, withPresignedHeaders(withoutChunking(request)), body, xmlReader);
    } catch (error) {
      throw toS3Error(error);
    }
  }

  write(operation: OperationModel, output: unknown, requestId: string): WireResponse {
    const status = operation.http?.status ?? 200;
    const headers = requestIds(requestId);
    if (operation.output === undefined) return { status, headers };
    const shape = shapeOf(operation.output);
    const bound = responseBindings(shape);
    const source = (output ?? {}) as Record<string, unknown>;
    const body = this.#body(shape, bound, source);
    if (typeof body === 'string') {
      headers['content-type'] = bound.payload?.shape.type === 'string' ? 'text/plain' : 'application/xml';
    }
    Object.assign(headers, writeHttpHeaders(bound, source));
    // A part of an object is a partial answer. Source: RFC 9110, 15.3.7.
    const isPartial = status === 200 && headers['content-range'] !== undefined;
    return { status: isPartial ? 206 : status, headers, ...(body === undefined ? {} : { body }) };
  }

  #body(shape: StructureShape, bound: HttpBindings, output: Record<string, unknown>): WireResponse['body'] {
    const { payload } = bound;
    if (payload !== undefined) return this.#payloadBody(payload, output[payload.name]);
    if (bound.body.length === 0) return undefined;
    const root = shape.xmlName ?? shape.name;
    const [only] = bound.body;
    // GetBucketLocation: the root element is itself the one member, `<LocationConstraint>eu-west-1</LocationConstraint>`.
    if (bound.body.length === 1 && only?.xmlName === root) {
      const value = output[only.name];
      const text = value === undefined || value === null ? '' : escapeXml(String(value));
      return `${xmlDeclaration}<${root}${this.#namespace}>${text}</${root}>`;
    }
    return xmlDeclaration + xmlStructure(root, { ...shape, members: bound.body }, output, this.#namespace);
  }

  #payloadBody(member: Member, value: unknown): WireResponse['body'] {
    if (value === undefined || value === null) return undefined;
    // A stream of events comes framed already.
    if (member.shape.type !== 'structure' || value instanceof Readable)
      return value as Uint8Array | string | Readable;
    return (
      xmlDeclaration + xmlStructure(rootName(member, member.shape), member.shape, value, this.#namespace)
    );
  }

  writeError(error: WireError, requestId: string, request?: WireRequest): WireResponse {
    const modelled = modelledError(this.model, error);
    const headers = { ...requestIds(requestId), ...error.headers };
    if (request?.method === 'HEAD' || modelled.status === 304) return { status: modelled.status, headers };
    const { message, Message, ...fields } = errorMembers(error, modelled.shape);
    const members = {
      Message: Message ?? message,
      ...fields,
      Resource: fields.Resource ?? request?.rawPath,
      RequestId: requestId,
      HostId: headers['x-amz-id-2'],
    };
    const content = `<Code>${escapeXml(modelled.code)}</Code>${errorXml(members, modelled.shape)}`;
    return {
      status: modelled.status,
      headers: { 'content-type': 'application/xml', ...headers },
      body: `${xmlDeclaration}<Error>${content}</Error>`,
    };
  }
}

const xmlReader: DocumentReader = {
  payload: (member, bytes) => {
    const element = parseXml(bytes);
    if (member.shape.type === 'structure') checkRoot(element.name, rootName(member, member.shape));
    return readElement(member.shape, element);
  },
  members: (operation, members, bytes) => {
    const element = parseXml(bytes);
    if (operation.input !== undefined) {
      const shape = shapeOf(operation.input);
      checkRoot(element.name, shape.xmlName ?? shape.name);
    }
    return readXmlStructure(members, element);
  },
};

function rootName(member: Member, shape: StructureShape): string {
  return member.traits.xmlName ?? shape.name;
}

function checkRoot(found: string, wanted: string): void {
  if (found !== wanted) throw new UnreadableValueError(`the root element is ${found}, not ${wanted}`);
}

/**
 * Of an upload in signed chunks (`aws-chunked`) the operation sees what the object is: the length without the
 * chunks' frames, and the encoding without the word. Source: Amazon S3 API Reference, "Signature Calculations for
 * the Authorization Header: Transferring Payload in Multiple Chunks".
 */
function withoutChunking(request: WireRequest): WireRequest {
  const { headers } = request;
  const decodedLength = headers['x-amz-decoded-content-length'];
  const encodings = (headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  if (decodedLength === undefined && !encodings.includes('aws-chunked')) return request;
  const { 'content-encoding': _encoding, ...rest } = headers;
  const kept = encodings.filter((encoding) => encoding !== 'aws-chunked' && encoding !== '');
  return {
    ...request,
    headers: {
      ...rest,
      ...(decodedLength === undefined ? {} : { 'content-length': decodedLength }),
      ...(kept.length === 0 ? {} : { 'content-encoding': kept.join(',') }),
    },
  };
}

function withPresignedHeaders(request: WireRequest): WireRequest {
  const carried = carriedHeaders(request);
  return Object.keys(carried).length === 0
    ? request
    : { ...request, headers: { ...carried, ...request.headers } };
}

function carriedHeaders(request: WireRequest): Readonly<Record<string, string>> {
  try {
    return presignedHeaders(request);
  } catch (cause) {
    throw new InvalidAddressError('the query string is not valid', { cause });
  }
}

function toS3Error(error: unknown): unknown {
  if (error instanceof InvalidAddressError) {
    return new WireError('InvalidURI', "Couldn't parse the specified URI.", { status: 400, cause: error });
  }
  if (error instanceof UnreadableParameterError) return toInvalidArgument(error);
  if (!(error instanceof UnreadableValueError)) return error;
  return new WireError('MalformedXML', malformedXml, { status: 400, cause: error });
}

function toInvalidArgument(error: UnreadableParameterError): WireError {
  const { place } = error;
  if (place === undefined)
    return new WireError('InvalidArgument', error.message, { status: 400, cause: error });
  // Page sizes have words of their own.
  const isPageSize = /^max-/.test(place.name);
  const message = isPageSize
    ? `Provided ${place.name} not an integer or within integer range`
    : error.message;
  const fields = { ArgumentName: place.name, ArgumentValue: place.text };
  return new WireError('InvalidArgument', message, { status: 400, fields, cause: error });
}

const malformedXml =
  'The XML you provided was not well-formed or did not validate against our published schema';

/** S3's pair of identifiers; the extended one is opaque to callers. */
function requestIds(requestId: string): Record<string, string> {
  return { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId, 'x-amz-id-2': hostId(requestId) };
}
