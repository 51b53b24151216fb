// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import type { LastUsed } from '../identity/last-used.js';
import type { Principal, ServicePrincipal, SignedPrincipal } from '../identity/principal.js';
import type { ServedService } from '../services/served-service.js';
import type { Service, UnsignedCaller } from '../services/service.js';
import { BodyFailure, toBodyError } from '../wire/body/body-failure.js';
import { decodedBody, readDecodedBody } from '../wire/body/decoded-body.js';
import { readBody } from '../wire/body/read-body.js';
import { decodePercent, type WireRequest, type WireResponse } from '../wire/http.js';
import { modelledError } from '../wire/modelled-error.js';
import { missingRequiredMembers } from '../wire/required-members.js';
import {
  type OperationRoute,
  protocolOfCaller,
  type RouteOptions,
  routeOperation,
  routeService,
  type ServiceRoute,
  signingName,
} from '../wire/route-request.js';
import type { ServiceModel } from '../wire/service-model.js';
import { type FailureDialect, toWireError } from '../wire/sigv4/failure-dialect.js';
import { parseAuthorization } from '../wire/sigv4/parse-authorization.js';
import type { SignatureClaim } from '../wire/sigv4/signature-claim.js';
import { SignatureFailure } from '../wire/sigv4/signature-failure.js';
import type { VerifiedSignature } from '../wire/sigv4/verify-signature.js';
import { WireError } from '../wire/wire-error.js';
import type { Authenticator } from './authenticate.js';
import { isStrangersTry, type ReadyCall, type RunCallDependencies, runCall } from './run-call.js';
import { throttledError } from './throttled.js';
import { NoRoomError, UnprovenBodies } from './unproven-bodies.js';

export interface AwsApiDependencies extends RunCallDependencies {
  /** Loaded when a request first means them. */
  readonly services: readonly ServedService[];
  readonly authenticator: Authenticator;
  /** Told of every proven caller; only leaves a note. */
  readonly lastUsed?: Pick<LastUsed, 'note'>;
  /** The Region of calls that name none: unsigned ones. */
  readonly homeRegion: string;
  readonly routing: RouteOptions;
  /** A call that was refused before anybody was known to make it. */
  readonly onRefused: (
    request: WireRequest,
    code: string,
    service: string | undefined,
    accessKeyId: string | undefined,
  ) => void;
  readonly onAnswered: (service: string, operation: string, code: string, receivedAtMs: number) => void;
}

/** S3 takes 5 GiB in one PUT. Source: S3 User Guide, "Uploading objects". */
const objectBytesMax = 5 * 1024 ** 3;
/** What was read from larger bodies is not kept while the call's entry waits for the disk, but read again when it must be. */
const inputBytesKeptMax = 16 * 1024;
/** STS and IAM allow 15 minutes, as their answers say ("… - 15 min."); other services 5. */
const querySkewMs = 15 * 60_000;

/** The largest unsigned form: a web identity token (20,000 characters) with a session policy, percent-encoded. */
const unsignedFormBytesMax = 64 * 1024;

/** Who makes the call, and from where; known after `authenticated`. */
interface Caller {
  readonly principal: Principal;
  readonly accountId: string;
  readonly region: string;
  readonly verified: VerifiedSignature | undefined;
}

/** A call that came by another way than the protocol of its service, from somebody who has signed for it. */
export interface DirectCall {
  /** `s3` */
  readonly service: string;
  readonly operation: string;
  /** As it would have come by the service's own protocol. */
  readonly request: WireRequest;
  /** A service of Cairn's own acts for somebody's resource: in that account. */
  readonly principal: SignedPrincipal | (ServicePrincipal & { readonly accountId: string });
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What there is of the body once the signature is verified. */
type Body =
  | { readonly bytes: Uint8Array }
  | { readonly stream: Readable }
  | { readonly unreadable: WireError };

/**
 * The whole way of an AWS call, one ordered list:
 * route → claim → body and signature → operation → input → run and record (`runCall`) → answer.
 */
export class AwsApi {
  readonly #deps: AwsApiDependencies;
  readonly #models: readonly ServiceModel[];
  readonly #served: ReadonlyMap<string, ServedService>;
  /** Those of `#served` that a request has meant. */
  readonly #services = new Map<string, Service>();
  readonly #unprovenBodies = new UnprovenBodies();
  readonly #state = { get: <T>(key: string) => this.#deps.stateStore.get<T>(key)?.value };

  constructor(deps: AwsApiDependencies) {
    this.#deps = deps;
    this.#models = deps.services.map((service) => service.model);
    this.#served = new Map(deps.services.map((service) => [service.model.id, service]));
  }

  /** Never rejects for anything that a caller can send. */
  async answer(request: WireRequest): Promise<WireResponse> {
    const route = routeService(request, this.#models, this.#deps.routing);
    if (route === undefined) return this.#unservedService(request);
    // Without a signature only the body tells which service of the query protocol is meant.
    let { model, protocol } = route;
    let operation = '';
    let code = '';
    try {
      if (!this.#services.has(model.id) || route.alternatives.length > 0) await this.#load(route);
      const claim = this.#claimOf(request, route);
      const [caller, body] = await this.#identified(request, route, claim);
      const found = routeOperation(route, 'bytes' in body ? body.bytes : undefined);
      ({ model, protocol } = found);
      operation = found.operation.name;
      const call = await this.#ready(request, found, body, caller);
      const output = await runCall(call, this.#deps).catch((error: unknown) => {
        const isTry = error instanceof WireError && isStrangersTry(call, error);
        throw isTry ? this.#refused(error, request, found, undefined) : error;
      });
      return protocol.write(found.operation, output, request.requestId);
    } catch (error) {
      const wireError = this.#wireError(error, request, route);
      code = wireError.code;
      return protocol.writeError(wireError, request.requestId, route.request);
    } finally {
      this.#deps.onAnswered(model.id, operation, code, request.receivedAtMs);
    }
  }

  /** Runs a call as `answer` does once it is read: decided, recorded, counted. Throws WireError, with its status. */
  async run({ operation: name, ...call }: DirectCall): Promise<Readonly<Record<string, unknown>>> {
    const { request, principal, region } = call;
    const service = await this.#service(call.service);
    const operation = service?.model.operations.get(name);
    if (service === undefined || operation === undefined)
      throw new TypeError(`there is no ${call.service}:${name}`);
    const [serviceName = ''] = service.model.signingNames;
    if (principal.kind !== 'service')
      this.#deps.lastUsed?.note(principal, region, serviceName, request.receivedAtMs);
    const { accountId } = principal;
    let code = '';
    try {
      return await runCall({ ...call, service, operation, accountId, refusal: undefined }, this.#deps);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      code = error.code;
      const { message, fields, headers } = error;
      const { status } = modelledError(service.model, error);
      throw new WireError(code, message, { status, fields, headers, cause: error });
    } finally {
      this.#deps.onAnswered(service.model.id, name, code, request.receivedAtMs);
    }
  }

  async #load({ model, alternatives }: ServiceRoute): Promise<void> {
    for (const { id } of [model, ...alternatives]) await this.#service(id);
  }

  async #service(id: string): Promise<Service | undefined> {
    const service = this.#services.get(id) ?? (await this.#served.get(id)?.load());
    if (service !== undefined) this.#services.set(id, service);
    return service;
  }

  #unservedService(request: WireRequest): WireResponse {
    const name = signingName(request) ?? request.headers['x-amz-target'] ?? 'that name';
    const message = `A service of ${name} is not implemented by Cairn yet.`;
    const error = new WireError('NotImplemented', message, { status: 501 });
    this.#deps.onAnswered('', '', error.code, request.receivedAtMs);
    return protocolOfCaller(request).writeError(error, request.requestId, request);
  }

  #claimOf(request: WireRequest, route: ServiceRoute): SignatureClaim | undefined {
    try {
      return parseAuthorization(request);
    } catch (error) {
      throw this.#refused(error, request, route, undefined);
    }
  }

  /**
   * Proves who calls, and takes in the body as far as the signature needs it. What fails here is nobody's call: it is
   * noted in the security log. Nothing of a stranger's body is read that an answer can do without.
   */
  async #identified(
    request: WireRequest,
    route: ServiceRoute,
    claim: SignatureClaim | undefined,
  ): Promise<[caller: Caller | undefined, body: Body]> {
    try {
      if (claim === undefined) return [undefined, await this.#anonymousBody(request, route)];
      if (route.model.id === 's3') {
        const caller = this.#authenticated(request, route, claim, undefined);
        return [caller, await this.#s3Body(route, caller.verified)];
      }
      this.#deps.authenticator.verifyKnown(claim);
      const { bodyBytesMax: bytesMax } = route.model;
      const read = () => readBody(request, { bytesMax });
      const body = await this.#unprovenBodies.holding(request, bytesMax, read);
      return [this.#authenticated(request, route, claim, body.sha256), { bytes: body.bytes }];
    } catch (error) {
      throw this.#refused(error, request, route, claim?.accessKeyId);
    }
  }

  /**
   * The body of an unsigned call: only S3 has any, to buckets that are there (their policy decides later), and query
   * APIs with links that work without a signature.
   */
  async #anonymousBody(request: WireRequest, route: ServiceRoute): Promise<Body> {
    if (route.protocol.name === 'awsQuery') return this.#unsignedForm(request, route);
    if (route.model.id !== 's3') throw new SignatureFailure({ code: 'missingAuthentication' });
    const { operation } = routeOperation(route, undefined);
    const bucket = decodePercent(route.request.rawPath.split('/', 2)[1] ?? '');
    if (this.#anonymousAccount(operation.name, route, { Bucket: bucket }) === undefined)
      throw new SignatureFailure({ code: 'missingAuthentication' });
    if (route.streamsBody) return this.#s3Body(route, undefined);
    const read = () => this.#s3Body(route, undefined);
    return this.#unprovenBodies.holding(request, route.model.bodyBytesMax, read);
  }

  async #unsignedForm(request: WireRequest, route: ServiceRoute): Promise<Body> {
    const mayBe = [route.model, ...route.alternatives].some(
      ({ id }) => this.#services.get(id)?.unsigned !== undefined,
    );
    if (!mayBe) throw new SignatureFailure({ code: 'missingAuthentication' });
    const read = () => readBody(request, { bytesMax: unsignedFormBytesMax });
    const { bytes } = await this.#unprovenBodies.holding(request, unsignedFormBytesMax, read);
    const { model, operation } = routeOperation(route, bytes);
    // Whom it names is asked once it is read.
    if (this.#services.get(model.id)?.unsigned === undefined || operation.input === undefined)
      throw new SignatureFailure({ code: 'missingAuthentication' });
    return { bytes };
  }

  #authenticated(
    request: WireRequest,
    route: ServiceRoute,
    claim: SignatureClaim,
    bodySha256: string | undefined,
  ): Caller {
    const { principal, region, verified } = this.#deps.authenticator.authenticate(request, claim, {
      style: route.model.id === 's3' ? 's3' : 'default',
      signingNames: route.model.signingNames,
      nowMs: this.#deps.clock.now(),
      ...(bodySha256 === undefined ? {} : { bodySha256 }),
      ...(route.protocol.name === 'awsQuery' ? { skewMs: querySkewMs } : {}),
    });
    const [serviceName = ''] = route.model.signingNames;
    this.#deps.lastUsed?.note(principal, region, serviceName, request.receivedAtMs);
    return { principal, accountId: principal.accountId, region, verified };
  }

  /** S3 signs a hash that its headers name, so the body is verified behind the signature, while it is read. */
  async #s3Body(route: ServiceRoute, verified: VerifiedSignature | undefined): Promise<Body> {
    try {
      if (route.streamsBody) {
        const stream = decodedBody(route.request, {
          bytesMax: objectBytesMax,
          verified,
          defaultChecksum: 'CRC64NVME',
        });
        return { stream };
      }
      const isCompletion = /(?:^|&)uploadId=/.test(route.request.rawQuery);
      const { bytes } = await readDecodedBody(route.request, {
        bytesMax: route.model.bodyBytesMax,
        verified,
        checksumHeaders: isCompletion ? 'ofObject' : 'ofBody',
      });
      return { bytes };
    } catch (error) {
      if (error instanceof WireError) return { unreadable: error };
      throw error;
    }
  }

  async #ready(
    request: WireRequest,
    route: OperationRoute,
    body: Body,
    caller: Caller | undefined,
  ): Promise<ReadyCall> {
    const service = this.#services.get(route.model.id) as Service;
    const { operation } = route;
    if (isLarge(body) && caller !== undefined && service.readBeside !== undefined) {
      const beside = await readBeside(service, route, body.bytes, caller);
      if (!('input' in beside)) return this.#readHere(request, route, beside, caller);
      return { service, operation, request, ...beside, ...placeOf(caller), refusal: undefined };
    }
    return this.#readHere(request, route, body, caller);
  }

  async #readHere(
    request: WireRequest,
    route: OperationRoute,
    body: Body,
    caller: Caller | undefined,
  ): Promise<ReadyCall> {
    const service = this.#services.get(route.model.id) as Service;
    const { operation } = route;
    const read = readInput(route, body);
    const { principal, accountId, region } = caller ?? (await this.#anonymous(request, route, read.input));
    const again = isLarge(body) && read.refusal === undefined;
    const readAgain = again ? () => readInput(route, body).input : undefined;
    return { service, operation, request, principal, accountId, region, ...read, readAgain };
  }

  /** An unsigned call to a resource that may be public; it is recorded in the account of the resource's owner. */
  async #anonymous(request: WireRequest, route: OperationRoute, input: ReadyCall['input']): Promise<Caller> {
    try {
      const place = await this.#anonymousPlace(request, route, input ?? {});
      if (place === undefined) throw new SignatureFailure({ code: 'missingAuthentication' });
      return { principal: { kind: 'anonymous' }, ...place, verified: undefined };
    } catch (error) {
      throw this.#refused(error, request, route, undefined);
    }
  }

  /** In which account and Region, and by whom, an unsigned call is made; undefined when it needs a signature. */
  #anonymousPlace(
    request: WireRequest,
    route: OperationRoute,
    input: object,
  ): UnsignedCaller | undefined | Promise<UnsignedCaller> {
    const { unsigned } = this.#services.get(route.model.id) ?? {};
    if (unsigned !== undefined)
      return unsigned(route.operation.name, input, this.#state, this.#deps.clock.now(), request);
    const accountId = this.#anonymousAccount(route.operation.name, route, input);
    return accountId === undefined ? undefined : { accountId, region: this.#deps.homeRegion };
  }

  #anonymousAccount(operation: string, route: ServiceRoute, input: object): string | undefined {
    return this.#services.get(route.model.id)?.anonymousAccount?.(operation, input, this.#state);
  }

  /** Notes in the security log what proves nobody; gives the error in the words of the route's protocol. */
  #refused(
    error: unknown,
    request: WireRequest,
    route: ServiceRoute,
    accessKeyId: string | undefined,
  ): unknown {
    const wireError = refusal(error, route);
    if (wireError === undefined) return error;
    this.#deps.onRefused(request, wireError.code, route.model.id, accessKeyId);
    return wireError;
  }

  #wireError(error: unknown, request: WireRequest, route: ServiceRoute): WireError {
    if (error instanceof WireError) return error;
    this.#deps.log.error({ err: error, requestId: request.requestId }, 'a request failed by a fault of ours');
    const code = route.model.id === 's3' ? 'InternalError' : 'InternalFailure';
    return new WireError(code, 'We encountered an internal error. Please try again.', { status: 500 });
  }
}

/** The error of a caller whom nobody knows, in AWS's words; undefined for a bug of ours. */
function refusal(error: unknown, route: ServiceRoute): WireError | undefined {
  if (error instanceof WireError) return error;
  if (error instanceof SignatureFailure) return toWireError(error, dialectOf(route));
  if (error instanceof BodyFailure) return toBodyError(error, dialectOf(route));
  return error instanceof NoRoomError ? throttledError(route.model) : undefined;
}

/** Whether its input is not to be held while the entry waits for the disk. */
function isLarge(body: Body): body is Extract<Body, { readonly bytes: Uint8Array }> {
  return 'bytes' in body && body.bytes.byteLength >= inputBytesKeptMax;
}

function placeOf({
  principal,
  accountId,
  region,
}: Caller): Pick<ReadyCall, 'principal' | 'accountId' | 'region'> {
  return { principal, accountId, region };
}

const noBytes = new Uint8Array(0);

/** The input as the service has it read elsewhere, or the bytes for the usual way. */
async function readBeside(
  service: Service,
  route: OperationRoute,
  bytes: Uint8Array,
  { accountId, region }: Caller,
): Promise<{ readonly input: Readonly<Record<string, unknown>> } | { readonly bytes: Uint8Array }> {
  const { operation, protocol, request } = route;
  const { receivedAtMs } = request;
  const input = addressedInput(protocol, operation, request);
  if (input === undefined) return { bytes };
  const large = { operation: operation.name, input, bytes, accountId, region, receivedAtMs };
  return (await service.readBeside?.(large)) ?? { bytes };
}

/** Undefined where it cannot be read: the usual way says why. */
function addressedInput(
  protocol: OperationRoute['protocol'],
  operation: OperationRoute['operation'],
  request: WireRequest,
): Readonly<Record<string, unknown>> | undefined {
  try {
    return protocol.parse(operation, request, noBytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function readInput(route: OperationRoute, body: Body): Pick<ReadyCall, 'input' | 'refusal'> {
  if ('unreadable' in body) return { input: undefined, refusal: body.unreadable };
  try {
    const input = route.protocol.parse(
      route.operation,
      route.request,
      'bytes' in body ? body.bytes : body.stream,
    );
    const missing = route.model.id === 's3' ? [] : missingRequiredMembers(route.operation, input);
    return { input, refusal: missing.length === 0 ? undefined : missingMembers(missing, route) };
  } catch (error) {
    if (error instanceof WireError) return { input: undefined, refusal: error };
    throw error;
  }
}

/** In the words of AWS's own front ends, before any service's code is asked. */
function missingMembers(paths: readonly string[], route: ServiceRoute): WireError {
  const plural = paths.length === 1 ? 'error' : 'errors';
  const faults = paths.map((path) => {
    const name = path.replace(
      /(^|\.)([A-Z])/g,
      (_, dot: string, letter: string) => dot + letter.toLowerCase(),
    );
    return `Value null at '${name}' failed to satisfy constraint: Member must not be null`;
  });
  const message = `${paths.length} validation ${plural} detected: ${faults.join('; ')}`;
  const code = route.protocol.name === 'awsQuery' ? 'ValidationError' : 'ValidationException';
  return new WireError(code, message, { status: 400 });
}

function dialectOf(route: ServiceRoute): FailureDialect {
  if (route.model.id === 's3') return 's3';
  if (route.protocol.name === 'awsQuery') return 'query';
  return route.protocol.name === 'restJson' ? 'restJson' : 'json';
}
