// SPDX-License-Identifier: Apache-2.0
import { setTimeout as wait } from 'node:timers/promises';
import { parseXml, type XmlElement } from '../../wire/codec/xml-document.js';
import {
  type AwsConnection,
  type AwsCredentials,
  AwsRequests,
  type BucketAddress,
  bucketAddress,
  pathIn,
} from './aws-requests.js';
import {
  type FileBytes,
  FileMissingError,
  type FilePlace,
  type FileReader,
  FileUnreadableError,
  fileBytesMax,
} from './file-reader.js';
import { AnswerTooLargeError, type HttpAnswer } from './http-answer-reader.js';
import { type ListedObject, type ListingPage, readListingPage } from './listing-page.js';
import { batchOrigin, ObjectBatches } from './object-batches.js';

/** Each thread's connections: more than a LAN needs, enough for a bucket far away. */
const socketsPerReader = 16;

const triesMax = 5;
const firstWaitMs = 100;
const listBytesMax = 16 * 1024 ** 2;
const metadataPrefix = 'x-amz-meta-';

/** An answer of S3 that says no. */
export class S3RefusedError extends Error {
  override readonly name = 'S3RefusedError';
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Reads objects of any bucket in reach. */
export class S3Reader implements FileReader {
  readonly #connection: AwsConnection;
  readonly #requests: AwsRequests;
  /** Undefined where the store cannot be a Cairn. */
  readonly #batches: ObjectBatches | undefined;
  /** Where buckets turned out to be, when that was another Region than ours. */
  readonly #regions = new Map<string, string>();
  /** The one that was asked last: mostly there is but one bucket. */
  #address: (BucketAddress & { readonly region: string; readonly bucket: string }) | undefined;

  constructor(connection: AwsConnection, sockets = socketsPerReader) {
    this.#connection = connection;
    this.#requests = new AwsRequests(connection, sockets);
    const origin = batchOrigin(connection);
    if (origin !== undefined) this.#batches = new ObjectBatches(this.#requests, origin, connection.region);
  }

  renew(credentials: AwsCredentials): void {
    this.#requests.renew(credentials);
  }

  async read({ bucket = '', path, sizeBytes }: FilePlace): Promise<FileBytes> {
    const frame = await this.#batches?.read(bucket, path, sizeBytes);
    if (frame === undefined) return this.#object('GET', bucket, path);
    const { head, bytes } = frame;
    if ('metadata' in head) return { bytes, metadata: head.metadata };
    if (head.code === 'NoSuchKey') throw new FileMissingError(path);
    throw new FileUnreadableError(`${head.code}: ${head.message}`);
  }

  /** Its metadata alone. Throws as read does. */
  async metadataOf({ bucket = '', path }: FilePlace): Promise<Readonly<Record<string, string>>> {
    return (await this.#object('HEAD', bucket, path)).metadata ?? {};
  }

  /** In the order of keys, a page at a time. Throws S3RefusedError, and the network's errors. */
  async *list(bucket: string, prefix: string): AsyncGenerator<readonly ListedObject[]> {
    let next: Promise<ListingPage> | undefined = this.#page(bucket, prefix, undefined);
    while (next !== undefined) {
      const { objects, isTruncated, nextToken }: ListingPage = await next;
      if (isTruncated && !nextToken) throw new Error('the listing breaks off without a token');
      // On its way while this one is looked at.
      next = isTruncated ? this.#page(bucket, prefix, nextToken) : undefined;
      next?.catch(() => undefined);
      yield objects;
    }
  }

  async #page(bucket: string, prefix: string, token: string | undefined): Promise<ListingPage> {
    const query = {
      'list-type': '2',
      'max-keys': '1000',
      prefix,
      ...(token === undefined ? {} : { 'continuation-token': token }),
    };
    const answer = await this.#send('GET', bucket, '', listBytesMax, query);
    if (answer.status !== 200) throw refusal(answer);
    return readListingPage(answer.body);
  }

  close(): void {
    this.#requests.close();
  }

  async #object(method: 'GET' | 'HEAD', bucket: string, key: string): Promise<FileBytes> {
    let answer: HttpAnswer;
    try {
      answer = await this.#send(method, bucket, key, fileBytesMax);
    } catch (error) {
      const reason = error instanceof AnswerTooLargeError ? `it has ${error.message}` : networkReason(error);
      throw new FileUnreadableError(reason, { cause: error });
    }
    if (answer.status === 200) return { bytes: answer.body, metadata: metadataIn(answer.headers) };
    const { code, message } = refusal(answer);
    // An answer to HEAD has no body to name its code. "No such bucket" is no word about a file in it.
    if (code === 'NoSuchKey' || (answer.status === 404 && method === 'HEAD')) throw new FileMissingError(key);
    throw new FileUnreadableError(message);
  }

  #addressOf(region: string, bucket: string): BucketAddress {
    const known = this.#address;
    if (known !== undefined && known.region === region && known.bucket === bucket) return known;
    const address = { ...bucketAddress(this.#connection.endpoint, region, bucket), region, bucket };
    this.#address = address;
    return address;
  }

  async #send(
    method: 'GET' | 'HEAD',
    bucket: string,
    key: string,
    bytesMax: number,
    query?: Record<string, string>,
  ): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt++) {
      const region = this.#regions.get(bucket) ?? this.#connection.region;
      const { origin, path } = pathIn(this.#addressOf(region, bucket), key);
      const request = { service: 's3', method, region, origin, path, ...(query && { query }) } as const;
      try {
        const answer = await this.#requests.send(request, bytesMax);
        const actual = answer.headers['x-amz-bucket-region'];
        const isElsewhere = answer.status >= 300 && actual !== undefined && actual !== region;
        if (isElsewhere && attempt < triesMax) this.#regions.set(bucket, actual);
        else if ((answer.status < 500 && answer.status !== 429) || attempt === triesMax) return answer;
        else await wait(firstWaitMs * 2 ** (attempt - 1));
      } catch (error) {
        if (attempt === triesMax || error instanceof AnswerTooLargeError) throw error;
        await wait(firstWaitMs * 2 ** (attempt - 1));
      }
    }
  }
}

function refusal({ status, body }: HttpAnswer): S3RefusedError {
  try {
    const error = parseXml(body);
    const code = childText(error, 'Code') ?? String(status);
    return new S3RefusedError(code, status, `${code}: ${childText(error, 'Message') ?? ''}`);
  } catch {
    return new S3RefusedError(String(status), status, `S3 answered ${status}`);
  }
}

export function networkReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

function metadataIn(headers: Readonly<Record<string, string>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith(metadataPrefix)) found[name.slice(metadataPrefix.length)] = value;
  return found;
}

function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}
