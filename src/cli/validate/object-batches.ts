// SPDX-License-Identifier: Apache-2.0
import { answerFull, type ObjectFrame, objectFramesType, readFrames } from '../../wire/object-frames.js';
import type { AwsConnection, AwsRequests } from './aws-requests.js';
import { AnswerTooLargeError } from './http-answer-reader.js';

const path = '/cairn/v1/objects';

/** Below what the server takes in one request. Some requests on their way hide the time of each. */
const keysMax = 64;
const requestsMax = 4;

/** What is larger gains nothing by company. */
const objectBytesMax = 256 * 1024;

/** By the sizes that a listing has told; an object may have grown since. */
const askedBytesMax = 4 * 1024 ** 2;
const answerBytesMax = 16 * 1024 ** 2;

interface Waiting {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  resolve(frame: ObjectFrame | undefined): void;
}

/**
 * Reads many small objects in one request, where the store behind the endpoint is a Cairn. Whether it is, the first request
 * tells: anything but whole frames, now or later, and from then on nothing more is asked. Whatever has no frame is for the
 * caller to read by itself.
 */
export class ObjectBatches {
  readonly #requests: AwsRequests;
  readonly #origin: string;
  readonly #region: string;
  /** Bounded by who asks: a thread has a number of files on their way. */
  #waiting: Waiting[] = [];
  #requestsOut = 0;
  #isScheduled = false;
  #server: 'unknown' | 'cairn' | 'other' = 'unknown';

  constructor(requests: AwsRequests, origin: string, region: string) {
    this.#requests = requests;
    this.#origin = origin;
    this.#region = region;
  }

  /** Undefined: it is to be read by itself. Never rejects. */
  read(bucket: string, key: string, sizeBytes: number | undefined): Promise<ObjectFrame | undefined> {
    if (this.#server === 'other' || sizeBytes === undefined || sizeBytes > objectBytesMax)
      return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.push({ bucket, key, sizeBytes, resolve });
      this.#schedule();
    });
  }

  /** What is asked within one turn goes together. */
  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#sendAll();
    });
  }

  #sendAll(): void {
    // Until it is known whom we ask, one request.
    const max = this.#server === 'unknown' ? 1 : requestsMax;
    while (this.#waiting.length > 0 && this.#requestsOut < max) void this.#send(this.#nextBatch());
  }

  /** Of one bucket. */
  #nextBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const rest: Waiting[] = [];
    const bucket = this.#waiting[0]?.bucket;
    let bytes = 0;
    for (const waiting of this.#waiting) {
      const fits = batch.length < keysMax && bytes + waiting.sizeBytes <= askedBytesMax;
      if (fits && waiting.bucket === bucket) {
        batch.push(waiting);
        bytes += waiting.sizeBytes;
      } else rest.push(waiting);
    }
    this.#waiting = rest;
    return batch;
  }

  /** Never rejects. */
  async #send(batch: readonly Waiting[]): Promise<void> {
    this.#requestsOut++;
    const frames = await this.#frames(batch);
    this.#requestsOut--;
    batch.forEach(({ resolve }, index) => {
      const frame = frames?.[index];
      resolve(frame === undefined || mayPass(frame) ? undefined : frame);
    });
    if (this.#server === 'other') for (const { resolve } of this.#waiting.splice(0)) resolve(undefined);
    else this.#schedule();
  }

  async #frames(batch: readonly Waiting[]): Promise<ObjectFrame[] | undefined> {
    const body = JSON.stringify({ bucket: batch[0]?.bucket, keys: batch.map(({ key }) => key) });
    try {
      const answer = await this.#requests.send(
        { service: 'cairn', method: 'POST', region: this.#region, origin: this.#origin, path, body },
        answerBytesMax,
      );
      // Busy, and one that has answered before: these objects alone are read otherwise.
      if (answer.status === 503 && this.#server === 'cairn') return undefined;
      if (answer.status !== 200 || answer.headers['content-type'] !== objectFramesType)
        throw new Error('no answer of the route');
      const frames = readFrames(answer.body, batch.length);
      this.#server = 'cairn';
      return frames;
    } catch (error) {
      // Objects have grown: that is no news of the server.
      if (!(error instanceof AnswerTooLargeError && this.#server === 'cairn')) this.#server = 'other';
      return undefined;
    }
  }
}

/** Worth another try, which a GetObject knows how to make. */
function mayPass({ head: { status, ...head } }: ObjectFrame): boolean {
  if ('code' in head && head.code === answerFull) return true;
  return status === 429 || status >= 500;
}

/** The origin to ask; undefined where no Cairn can be: AWS itself, or a path below which something else may lie. */
export function batchOrigin({ endpoint }: AwsConnection): string | undefined {
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined;
  const { origin, pathname, hostname } = new URL(endpoint);
  const isAws = /\.amazonaws\.com(\.cn)?$/.test(hostname);
  return pathname === '/' && !isAws ? origin : undefined;
}
