// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createApp } from './app.js';
import { startAggregationOf } from './composition-aggregation.js';
import { athenaDependenciesOf, athenaFrontOf, startExecutionUpkeepOf } from './composition-athena.js';
import { type Destinations, openDestinations, startDeliveryOf } from './composition-delivery.js';
import { startDigestsOf } from './composition-digests.js';
import { type Identities, openIdentities } from './composition-identity.js';
import { startDashboardRefreshesOf, startLakeImportsOf } from './composition-integrations.js';
import { dataKeysOf, kmsDependenciesOf, startKeyUpkeepOf } from './composition-keys.js';
import { lakeFrontOf, startStoreRemovalOf } from './composition-lake.js';
import { loadLater } from './composition-later.js';
import type { LocalCairn } from './composition-local.js';
import { logsDependenciesOf, type RunningLogGroups, startLogGroupsOf } from './composition-log-groups.js';
import { type OpenNotices, openNotices } from './composition-notices.js';
import {
  createAccountOf,
  organizationsDependencies,
  startAccountJobsOf,
} from './composition-organizations.js';
import { openQueries, type Queries } from './composition-query.js';
import { unreadyReason } from './composition-readiness.js';
import { addSegmentMetrics, type RunningSegments, startSegmentsOf } from './composition-segments.js';
import { searchRoutesOf, sqlRoutesOf } from './composition-sql.js';
import type { Listening } from './composition-start.js';
import type { Undo } from './composition-undo.js';
import { StoreDataEventSelection } from './event-data-stores/store-selection.js';
import { Metrics } from './http/metrics.js';
import { SecurityLog } from './http/security-log.js';
import { type HttpServer, startHttpServer } from './http/server.js';
import type { Aggregation } from './pipelines/aggregate-events/start-aggregation.js';
import type { Delivery } from './pipelines/delivery/start-delivery.js';
import type { Digests } from './pipelines/digests/start-digests.js';
import { startObjectExpiry } from './pipelines/expire-objects/start-object-expiry.js';
import { tailEvents } from './pipelines/tail/tail-events.js';
import { accountRoutes } from './request-path/account-routes.js';
import { Authenticator } from './request-path/authenticate.js';
import { AwsApi } from './request-path/aws-api.js';
import { ChangeTurns } from './request-path/change-turns.js';
import { objectRoutes } from './request-path/object-routes.js';
import { OwnApi } from './request-path/own-api.js';
import { ownRoutes } from './request-path/own-routes.js';
import { Probes } from './request-path/probes.js';
import { rootPasswordRoutes } from './request-path/signin/root-password-routes.js';
import { createServices } from './services/all-services.js';
import { eventIds } from './services/cloudtrail-data/new-event-id.js';
import { onDemand } from './services/on-demand.js';
import type { Settings } from './settings.js';
import type { WantedRootPassword } from './signin/set-root-password.js';
import { eitherSelection, WatchedDataEventSelection } from './trails/data-event-selection.js';
import type { WireRequest } from './wire/http.js';

/** Serves an opened data directory; `undo` ends it. Resolves to the server's address. */
export async function serveCairn(
  local: LocalCairn,
  settings: Settings,
  listening: Listening,
  log: Logger,
  undo: Undo,
): Promise<string> {
  const destinations = openDestinations(local, settings, log, dataKeysOf(local));
  undo.add(() => destinations.close());
  const digests = await startDigestsOf(local, settings, log, destinations);
  undo.add(() => digests.stop());
  const notices = await openNotices(local, settings, log);
  undo.add(() => notices.stop());
  const delivery = await startDeliveryOf(local, settings, log, destinations, {
    notices: notices.trailNotices,
    onDelivered: (manifest, deliveredAtMs) => digests.onDelivered(manifest, deliveredAtMs),
  });
  digests.attach(delivery);
  undo.add(() => delivery.stop());
  const logGroups = await startLogGroupsOf(local, log, undo);
  const aggregation = await startAggregationOf(local, log);
  undo.add(() => aggregation.stop());
  const segments = await startSegmentsOf(local, settings, log, undo);
  const queries = openQueries(local, log, undo);
  const lakeImports = startLakeImportsOf(local, destinations, log);
  undo.add(() => lakeImports.stop());
  const expiry = startObjectExpiry({ ...local, log });
  undo.add(() => expiry.stop());
  const keyUpkeep = startKeyUpkeepOf(local, log);
  undo.add(() => keyUpkeep.stop());
  const storeRemoval = startStoreRemovalOf(local, log);
  undo.add(() => storeRemoval.stop());
  const executionUpkeep = startExecutionUpkeepOf(local, log);
  undo.add(() => executionUpkeep.stop());
  const accountJobs = startAccountJobsOf(local, log);
  undo.add(() => accountJobs.stop());
  const identities = openIdentities(local, settings, log);
  undo.add(() => identities.lastUsed.stop());
  const securityLog = new SecurityLog(local.directory.securityLog);
  undo.add(() => securityLog.close());
  const server = await serve(
    local,
    destinations,
    delivery,
    digests,
    notices,
    logGroups,
    aggregation,
    segments,
    queries,
    identities,
    securityLog,
    settings,
    listening,
    log,
    undo,
  );
  undo.add(() => server.stop());
  queries.fronts.set('lake', lakeFrontOf(local, destinations, log, segments.segmentsFor));
  queries.start(undo);
  undo.add(() => local.directory.removeServerFile());
  local.directory.writeServerFile(server.url);
  log.info({ url: server.url, dataDir: local.directory.path }, 'serving');
  return server.url;
}

async function serve(
  local: LocalCairn,
  { foreignBuckets, findForeign }: Destinations,
  delivery: Delivery,
  digests: Digests,
  notices: OpenNotices,
  logGroups: RunningLogGroups,
  aggregation: Aggregation,
  segments: RunningSegments,
  queries: Queries,
  identities: Identities,
  securityLog: SecurityLog,
  settings: Settings,
  listening: Listening,
  log: Logger,
  undo: Undo,
): Promise<HttpServer> {
  const { eventLog, stateStore, objectStore, eventStore, clock, root } = local;
  const metrics = new Metrics();
  addGauges(metrics, local, delivery);
  metrics.gauge('cairn_digests_waiting', 'Finished digests that wait for their buckets', () =>
    digests.waitingDigests(),
  );
  metrics.gauge('cairn_queries_waiting', 'Queries that wait for their turn', () => queries.waiting());
  notices.addMetrics(metrics);
  addSegmentMetrics(metrics, segments);
  const onRefused = (request: WireRequest, code: string, service?: string, accessKeyId?: string) => {
    metrics.refused.inc({ code });
    securityLog.add(refusedCall(request, code, service, accessKeyId));
  };

  const authenticator = new Authenticator(identities.findCredentials, root.region);
  const ofStores = new StoreDataEventSelection(stateStore);
  const services = createServices({
    cloudtrail: {
      eventStore,
      clock,
      newId: randomUUID,
      lookupWindowMs: settings.historyMs,
      ...(settings.lookupsPerSecondMax === undefined
        ? {}
        : { lookupsPerSecondMax: settings.lookupsPerSecondMax }),
      deliveryStatus: (trailArn) => delivery.status(trailArn),
      digestStatus: (trailArn) => digests.status(trailArn),
      logGroupStatus: (trailArn) => logGroups.logGroups.status(trailArn),
      lake: { engine: queries.engine, results: queries.results, foreignBuckets },
      foreignBuckets,
    },
    cloudtrailData: { newId: eventIds() },
    athena: athenaDependenciesOf(queries, { foreignBuckets }),
    s3: { objectStore, clock, randomId: randomUUID, dataKeys: dataKeysOf(local) },
    kms: kmsDependenciesOf(local),
    logs: logsDependenciesOf(local, logGroups),
    sns: notices.sns,
    iam: identities.iam,
    sts: identities.sts,
    organizations: organizationsDependencies(),
  });
  const turns = new ChangeTurns();
  const awsApi = new AwsApi({
    eventLog,
    stateStore,
    turns,
    clock,
    log,
    authenticator,
    lastUsed: identities.lastUsed,
    onRefused,
    homeRegion: root.region,
    routing: { baseHosts: [] },
    dataEvents: eitherSelection(new WatchedDataEventSelection(stateStore), ofStores),
    enrichments: ofStores,
    services,
    onRecorded: (category, count) => metrics.recorded.inc({ category }, count),
    onAnswered: (service, operation, code, receivedAtMs) => {
      metrics.requests.inc({ service, operation, code });
      metrics.durations.observe({ service }, Math.max(0, clock.now() - receivedAtMs) / 1_000);
    },
  });
  const runCall: AwsApi['run'] = (call) => awsApi.run(call);
  const dashboards = startDashboardRefreshesOf(local, runCall, log);
  undo.add(() => dashboards.stop());
  queries.fronts.set(
    'athena',
    athenaFrontOf(local, { foreignBuckets, findForeign }, segments, queries, runCall),
  );
  const setRootPassword = async (wanted: WantedRootPassword) =>
    (await import('./composition-signin.js')).setRootPasswordOf(local, identities.iam.passwords)(wanted);
  const routes = new Map([
    ...ownRoutes({
      ...local,
      historyMs: settings.historyMs,
      tail: (request) => tailEvents(eventLog, request),
    }),
    ...accountRoutes({ root, createAccount: createAccountOf(local) }),
    ...rootPasswordRoutes({ root, setRootPassword }),
    ...objectRoutes({ run: (call) => awsApi.run(call), newRequestId: randomUUID }),
    ...sqlRoutesOf(local, queries, log),
    ...searchRoutesOf(local, queries, segments),
  ]);
  const ownApi = new OwnApi({ authenticator, clock, log, stateStore, onRefused, routes });
  const onRecorded = (category: string, count: number) => metrics.recorded.inc({ category }, count);
  const signin = onDemand(async () =>
    (await import('./composition-signin.js')).openSignin(
      local,
      identities,
      settings,
      { eventLog, stateStore, turns, clock, log, onRecorded },
      (request, code) => onRefused(request, code, 'signin'),
    ),
  );
  const readers = { delivery, digests, logGroups: logGroups.logGroups, aggregation, queries };
  metrics.gauges(
    'cairn_reader_failing_seconds',
    'For how long a reader of the event log has failed now; 0 when it works',
    'reader',
    () =>
      failingSeconds({
        history: local.indexer,
        ...readers,
        eventDataStores: segments.eventDataStores,
        segments: segments.history,
      }),
  );
  const probes = new Probes({ metrics, unreadyReason: () => unreadyReason(local, readers) });
  const server = await startHttpServer({
    host: settings.host,
    port: settings.port,
    ...(listening.tls === undefined ? {} : { tls: listening.tls }),
    trustedProxies: listening.trustedProxies,
    clock,
    handle: createApp({
      awsApi,
      ownApi,
      probes,
      signin: { answer: async (request) => (await signin()).answer(request) },
      certificates: (request) => notices.certificates(request) ?? identities.issuers(request),
    }),
    onError: (error) => log.error({ err: error }, 'a request ended without an answer'),
  });
  loadLater([...services, { load: signin }], log, undo);
  return server;
}

function failingSeconds(
  readers: Readonly<Record<string, { failingMs(): number }>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(readers).map(([name, reader]) => [name, reader.failingMs() / 1_000]),
  );
}

function addGauges(metrics: Metrics, { logRoom, indexer }: LocalCairn, delivery: Delivery): void {
  metrics.gauge(
    'cairn_log_live_bytes',
    'Entries in the event log that some reader still needs, in bytes',
    () => logRoom.liveBytes(),
  );
  metrics.gauge(
    'cairn_index_behind_seconds',
    'How long the newest event that look-ups find is behind the event log',
    () => indexer.behindMs() / 1_000,
  );
  metrics.gauge('cairn_outbox_bytes', 'Finished log files that wait for their buckets, in bytes', () =>
    delivery.waitingBytes(),
  );
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
