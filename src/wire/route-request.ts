// SPDX-License-Identifier: Apache-2.0
import type { WireRequest } from './http.js';
import { decodePercent, queryPairs } from './http.js';
import { protocolFor, type ServerProtocol } from './protocol.js';
import { splitTarget } from './protocols/aws-json.js';
import type { OperationModel, ProtocolName, ServiceModel } from './service-model.js';
import { hasStreamingInput } from './streaming.js';
import { bucketInHost, hostName, toPathStyle } from './virtual-host.js';

export interface RouteOptions {
  /**
   * Names that this server goes by besides `localhost`, in lower case, without port: `audit.example.com` makes
   * `bucket.audit.example.com` and `bucket.s3.audit.example.com` virtual-host-style addresses.
   */
  readonly baseHosts: readonly string[];
}

/** A request whose service is known. */
export interface ServiceRoute {
  readonly model: ServiceModel;
  readonly protocol: ServerProtocol;
  /** The request in path style: what is parsed. The signature is over the request that came in. */
  readonly request: WireRequest;
  /** True: hand the body on as a stream; false: read it into memory, at most `model.bodyBytesMax`. */
  readonly streamsBody: boolean;
  /** Services of an unsigned form that the action in its body may mean instead. */
  readonly alternatives: readonly ServiceModel[];
}

export interface OperationRoute extends ServiceRoute {
  readonly operation: OperationModel;
}

/**
 * Picks the service of a request among the models: by the credential's scope, where the request is signed, for the
 * signature is made for that service alone; else by target header, query action, host and path, and S3 for the rest.
 * Undefined when the scope names a service that is not there.
 */
export function routeService(
  request: WireRequest,
  models: readonly ServiceModel[],
  options: RouteOptions,
): ServiceRoute | undefined {
  const scope = signingName(request);
  const candidates =
    scope === undefined
      ? unsignedCandidates(request, models)
      : models.filter((model) => model.signingNames.includes(scope));
  const [model, ...alternatives] = candidates;
  if (model === undefined) return undefined;
  const protocol = protocolFor(model, pickProtocol(model, request));
  const pathStyle = model.protocols.includes('restXml') ? inPathStyle(request, model, options) : request;
  return {
    model,
    protocol,
    request: pathStyle,
    streamsBody: streamsBody(protocol, model, pathStyle),
    alternatives,
  };
}

/**
 * The operation of a request whose body, if it does not stream, is in memory. Throws the protocol's own WireError
 * when the service has no such operation.
 */
export function routeOperation(route: ServiceRoute, body: Uint8Array | undefined): OperationRoute {
  const { model, protocol, request } = route;
  const name = protocol.operationName(request, body);
  const operation = name === undefined ? undefined : model.operations.get(name);
  if (operation !== undefined) return { ...route, operation };
  const other =
    name === undefined ? undefined : route.alternatives.find(({ operations }) => operations.has(name));
  if (other === undefined || name === undefined) throw protocol.unknownOperation(request, name);
  const found = other.operations.get(name) as OperationModel;
  return {
    ...route,
    model: other,
    protocol: protocolFor(other, protocol.name),
    operation: found,
    alternatives: [],
  };
}

/** The service in the scope of a SigV4 or SigV4a credential, in the header or the query; undefined without one. */
export function signingName(request: WireRequest): string | undefined {
  if (last?.request !== request) last = { request, name: readSigningName(request) };
  return last.name;
}

/** Asked twice on a request's way, one after the other. */
let last: { readonly request: WireRequest; readonly name: string | undefined } | undefined;

function readSigningName(request: WireRequest): string | undefined {
  const header = /\bCredential\s*=\s*([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const credential =
    header ?? queryPairs(request.rawQuery).find(([name]) => name === 'X-Amz-Credential')?.[1];
  const parts = credential === undefined ? [] : decodePercent(credential).split('/');
  return parts.length >= 4 && parts.at(-1) === 'aws4_request' ? parts.at(-2) : undefined;
}

/** A protocol to answer in when no service fits: the one that the caller seems to speak. */
export function protocolOfCaller(request: WireRequest): ServerProtocol {
  const name = isTargeted(request) ? jsonName(request) : isForm(request) ? 'awsQuery' : 'restXml';
  return protocolFor(nobody, name);
}

const nobody: ServiceModel = {
  id: 'nobody',
  signingNames: [],
  protocols: ['restXml'],
  targetPrefixes: [],
  apiVersion: '',
  xmlNamespace: '',
  hostLabels: [],
  bodyBytesMax: 0,
  operations: new Map(),
  errors: new Map(),
};

function unsignedCandidates(request: WireRequest, models: readonly ServiceModel[]): readonly ServiceModel[] {
  if (isTargeted(request)) {
    const { prefix } = splitTarget(request.headers['x-amz-target'] as string);
    return models.filter((model) => model.targetPrefixes.includes(prefix));
  }
  const host = modelAtHost(request, models);
  if (isForm(request)) {
    const queryModels = models.filter(({ protocols }) => protocols.includes('awsQuery'));
    return [
      ...queryModels.filter((model) => model === host),
      ...queryModels.filter((model) => model !== host),
    ];
  }
  if (host !== undefined) return [host];
  const byPath = models.find(
    (model) => isRestJson(model) && protocolFor(model, 'restJson').operationName(request, undefined),
  );
  const objectStore = models.find(({ protocols }) => protocols.includes('restXml'));
  return [byPath ?? objectStore].filter((model) => model !== undefined);
}

/** The service whose label stands farthest right: `sts.s3.example.com` is a bucket of S3's that is named sts. */
function modelAtHost(request: WireRequest, models: readonly ServiceModel[]): ServiceModel | undefined {
  for (const label of hostName(request).split('.').reverse()) {
    const model = models.find(({ hostLabels }) => hostLabels.includes(label));
    if (model !== undefined) return model;
  }
  return undefined;
}

function isTargeted(request: WireRequest): boolean {
  return request.headers['x-amz-target'] !== undefined;
}

/** Query APIs live at `/`; a form's type alone means nothing, as curl gives it to every upload. */
function isForm(request: WireRequest): boolean {
  if (request.rawPath !== '/') return false;
  if (/(?:^|&)Action=/.test(request.rawQuery)) return true;
  return request.method === 'POST' && contentType(request) === 'application/x-www-form-urlencoded';
}

function isRestJson(model: ServiceModel): boolean {
  return model.protocols.includes('restJson');
}

function pickProtocol(model: ServiceModel, request: WireRequest): ProtocolName {
  const spoken = isTargeted(request) ? jsonName(request) : isForm(request) ? 'awsQuery' : undefined;
  const [preferred] = model.protocols;
  if (preferred === undefined) throw new TypeError(`the model of ${model.id} has no protocol`);
  return spoken !== undefined && model.protocols.includes(spoken) ? spoken : preferred;
}

function jsonName(request: WireRequest): 'awsJson1_0' | 'awsJson1_1' {
  return contentType(request) === 'application/x-amz-json-1.0' ? 'awsJson1_0' : 'awsJson1_1';
}

function contentType(request: WireRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

function inPathStyle(request: WireRequest, model: ServiceModel, { baseHosts }: RouteOptions): WireRequest {
  const bucket = bucketInHost(hostName(request), model.hostLabels, [...baseHosts, 'localhost']);
  return bucket === undefined ? request : toPathStyle(request, bucket);
}

/** Only operations of the REST protocols stream, and those are known without the body. */
function streamsBody(protocol: ServerProtocol, model: ServiceModel, request: WireRequest): boolean {
  if (protocol.name === 'awsQuery') return false;
  const name = protocol.operationName(request, undefined);
  const operation = name === undefined ? undefined : model.operations.get(name);
  return operation !== undefined && hasStreamingInput(operation);
}
