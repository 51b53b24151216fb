// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Logger, pino } from 'pino';
import { createApp } from './app.js';
import { canCloudTrailWrite } from './buckets/log-destination.js';
import { type LocalCairn, openLocalCairn } from './composition-local.js';
import { Metrics } from './http/metrics.js';
import { SecurityLog } from './http/security-log.js';
import { type HttpServer, startHttpServer } from './http/server.js';
import { parseTrustedProxies } from './http/trusted-proxies.js';
import { AccessKeys } from './identity/access-keys.js';
import { bucketDestination } from './pipelines/delivery/bucket-destination.js';
import { type Delivery, startDelivery } from './pipelines/delivery/start-delivery.js';
import { startObjectExpiry } from './pipelines/expire-objects/start-object-expiry.js';
import { tailEvents } from './pipelines/tail/tail-events.js';
import { Authenticator } from './request-path/authenticate.js';
import { AwsApi } from './request-path/aws-api.js';
import { OwnApi } from './request-path/own-api.js';
import { ownRoutes } from './request-path/own-routes.js';
import { Probes } from './request-path/probes.js';
import { createServices } from './services/all-services.js';
import type { Settings } from './settings.js';
import type { WireRequest } from './wire/http.js';

/** A running server. */
export interface Cairn {
  readonly url: string;
  readonly log: Logger;
  /** Takes no new calls, answers those under way, flushes, closes everything. */
  stop(): Promise<void>;
}

/** Opens the data directory and serves it. Rejects, with everything closed again, when it cannot. */
export async function startCairn(settings: Settings): Promise<Cairn> {
  // stdout carries the one line that says where the server listens.
  const log = pino({ level: settings.logLevel }, pino.destination({ dest: 2, sync: false }));
  const local = await openLocalCairn(settings, log);
  const undo: (() => Promise<void>)[] = [() => local.close()];
  try {
    const delivery = await startDeliveryOf(local, settings, log);
    undo.push(() => delivery.stop());
    const expiry = startObjectExpiry({ ...local, log });
    undo.push(() => expiry.stop());
    const securityLog = new SecurityLog(local.directory.securityLog);
    undo.push(() => securityLog.close());
    const server = await serve(local, delivery, securityLog, settings, log);
    undo.push(() => server.stop());
    local.directory.writeServerFile({ url: server.url, pid: process.pid });
    undo.push(async () => local.directory.removeServerFile());
    log.info({ url: server.url, dataDir: local.directory.path }, 'serving');
    return { url: server.url, log, stop: () => inReverse(undo) };
  } catch (error) {
    await inReverse(undo);
    throw error;
  }
}

/** What was opened last is closed first: nothing is closed under somebody who still uses it. */
async function inReverse(undo: readonly (() => Promise<void>)[]): Promise<void> {
  for (const step of [...undo].reverse()) await step();
}

function startDeliveryOf(local: LocalCairn, settings: Settings, log: Logger): Promise<Delivery> {
  const { eventLog, stateStore, objectStore, clock } = local;
  return startDelivery({
    eventLog,
    clock,
    log,
    dir: local.directory.outbox,
    intervalMs: settings.deliveryIntervalMs,
    destination: bucketDestination({ stateStore, objectStore, mayWrite: canCloudTrailWrite }),
  });
}

function serve(
  local: LocalCairn,
  delivery: Delivery,
  securityLog: SecurityLog,
  settings: Settings,
  log: Logger,
): Promise<HttpServer> {
  const { eventLog, stateStore, objectStore, eventStore, clock, root } = local;
  const metrics = new Metrics();
  const onRefused = (request: WireRequest, code: string, service?: string, accessKeyId?: string) => {
    metrics.refused.inc({ code });
    securityLog.add(refusedCall(request, code, service, accessKeyId));
  };
  const authenticator = new Authenticator(new AccessKeys(stateStore, local.secretBox), root.region);
  const awsApi = new AwsApi({
    eventLog,
    stateStore,
    clock,
    log,
    authenticator,
    onRefused,
    homeRegion: root.region,
    routing: { baseHosts: [] },
    services: createServices({
      cloudtrail: {
        eventStore,
        clock,
        lookupWindowMs: settings.historyMs,
        ...(settings.lookupsPerSecondMax === undefined
          ? {}
          : { lookupsPerSecondMax: settings.lookupsPerSecondMax }),
        deliveryStatus: (trailArn) => delivery.status(trailArn),
      },
      s3: { objectStore, clock, randomId: randomUUID },
    }),
    onRecorded: (category) => metrics.recorded.inc({ category }),
    onAnswered: (service, operation, code, receivedAtMs) => {
      metrics.requests.inc({ service, operation, code });
      metrics.durations.observe({ service }, Math.max(0, clock.now() - receivedAtMs) / 1_000);
    },
  });
  const routes = ownRoutes({
    ...local,
    historyMs: settings.historyMs,
    tail: (request) => tailEvents(eventLog, request),
  });
  const ownApi = new OwnApi({ authenticator, clock, log, onRefused, routes });
  const probes = new Probes({ metrics, unreadyReason: () => undefined });
  return startHttpServer({
    host: settings.host,
    port: settings.port,
    ...(settings.tlsCert === undefined || settings.tlsKey === undefined
      ? {}
      : { tls: { cert: readFileSync(settings.tlsCert), key: readFileSync(settings.tlsKey) } }),
    trustedProxies: parseTrustedProxies(settings.trustedProxies),
    clock,
    handle: createApp({ awsApi, ownApi, probes }),
    onError: (error) => log.error({ err: error }, 'a request ended without an answer'),
  });
}

function refusedCall(
  request: WireRequest,
  code: string,
  service: string | undefined,
  accessKeyId: string | undefined,
) {
  const { requestId, sourceIp, method, rawPath, receivedAtMs } = request;
  const userAgent = request.headers['user-agent'];
  return {
    timeMs: receivedAtMs,
    requestId,
    code,
    sourceIp,
    method,
    path: rawPath,
    service,
    accessKeyId,
    userAgent,
  };
}
