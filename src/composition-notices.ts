// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { Counter } from 'prom-client';
import { openLmdbMessageQueue } from './adapters/message-queue/lmdb/open-lmdb-message-queue.js';
import { CannotStartError } from './cannot-start-error.js';
import type { LocalCairn } from './composition-local.js';
import type { Metrics } from './http/metrics.js';
import type { TrailNotices } from './pipelines/delivery/trail-notices.js';
import { startNotices } from './pipelines/notices/start-notices.js';
import { TopicTrailNotices } from './pipelines/notices/topic-trail-notices.js';
import type { MessageQueue } from './ports/message-queue.js';
import type { OperatorLog } from './ports/operator-log.js';
import type { SnsDependencies } from './services/sns/sns-service.js';
import type { Settings } from './settings.js';
import { certificateIdIn, SigningKeys } from './topics/signing-keys.js';
import type { WireRequest, WireResponse } from './wire/http.js';

/** Topics: what the SNS API and trails put is on its way to subscribers. */
export interface OpenNotices {
  readonly sns: Omit<SnsDependencies, 'model'>;
  readonly trailNotices: TrailNotices;
  readonly certificates: (request: WireRequest) => WireResponse | undefined;
  addMetrics(metrics: Metrics): void;
  /** When nothing is published any more. What is not delivered stays in the queue. */
  stop(): Promise<void>;
}

type Local = Pick<LocalCairn, 'directory' | 'eventLog' | 'stateStore' | 'secretBox' | 'clock'>;

/** Throws CannotStartError when the queue cannot be opened. */
export async function openNotices(
  local: Local,
  { publicUrl }: Pick<Settings, 'publicUrl'>,
  log: OperatorLog,
): Promise<OpenNotices> {
  const { stateStore, secretBox, clock, directory } = local;
  const queue = await openQueue(directory.messages, { clock, log });
  const signingKeys = new SigningKeys(local);
  const outcomes = { delivered: 0, retried: 0, dead: 0 };
  const notices = startNotices({
    queue,
    stateStore,
    secretBox,
    signingKeys,
    clock,
    log,
    publicUrl,
    onOutcome: (outcome) => {
      outcomes[outcome] += 1;
    },
  });
  return {
    sns: { queue, secretBox, newId: randomUUID },
    trailNotices: new TopicTrailNotices({ stateStore, queue, clock, newId: randomUUID }),
    certificates: (request) => certificateAnswer(request, signingKeys),
    addMetrics: (metrics) => addMetrics(metrics, queue, outcomes),
    async stop() {
      await notices.stop();
      await queue.close();
    },
  };
}

async function openQueue(
  dir: string,
  options: { clock: Local['clock']; log: OperatorLog },
): Promise<MessageQueue> {
  try {
    return await openLmdbMessageQueue(dir, options);
  } catch (error) {
    throw new CannotStartError(`cannot use the messages in ${dir}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** A certificate is for everybody. S3 is not in the way: no bucket can have a name with capital letters. */
function certificateAnswer(
  { method, rawPath }: WireRequest,
  signingKeys: SigningKeys,
): WireResponse | undefined {
  const id = method === 'GET' || method === 'HEAD' ? certificateIdIn(rawPath) : undefined;
  const body = id === undefined ? undefined : signingKeys.certificate(id);
  if (body === undefined) return undefined;
  const headers = { 'content-type': 'application/x-pem-file', 'content-length': String(body.length) };
  return { status: 200, headers, body };
}

function addMetrics(
  metrics: Metrics,
  queue: MessageQueue,
  outcomes: Readonly<Record<'delivered' | 'retried' | 'dead', number>>,
): void {
  metrics.gauge(
    'cairn_notices_waiting',
    'Deliveries of messages that wait for their subscribers',
    () => queue.counts().waitingDeliveries,
  );
  metrics.gauge(
    'cairn_notices_bytes',
    'Messages that are kept until they are delivered, in bytes',
    () => queue.counts().bytes,
  );
  metrics.gauge(
    'cairn_notices_dead_letters',
    'Deliveries that were given up and are kept',
    () => queue.counts().deadLetters,
  );
  new Counter({
    name: 'cairn_notices_total',
    help: 'Attempts to deliver messages to subscribers, by outcome',
    labelNames: ['outcome'],
    registers: [metrics.registry],
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(outcomes)) this.inc({ outcome }, count);
    },
  });
}
