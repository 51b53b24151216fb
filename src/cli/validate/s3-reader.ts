// SPDX-License-Identifier: Apache-2.0
import { setTimeout as wait } from 'node:timers/promises';
import { parseXml, type XmlElement } from '../../wire/codec/xml-document.js';
import {
  AnswerTooLargeError,
  type AwsAnswer,
  type AwsConnection,
  type AwsCredentials,
  AwsRequests,
  objectAddress,
} from './aws-requests.js';
import {
  type FileBytes,
  FileMissingError,
  type FilePlace,
  type FileReader,
  FileUnreadableError,
  fileBytesMax,
} from './file-reader.js';

/** Each thread's connections: more than a LAN needs, enough for a bucket far away. */
export const socketsPerReader = 16;

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

export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  /** ISO 8601, as listed. */
  readonly lastModified: string;
}

/** Reads objects of any bucket in reach. */
export class S3Reader implements FileReader {
  readonly #connection: AwsConnection;
  readonly #requests: AwsRequests;
  /** Where buckets turned out to be, when that was another Region than ours. */
  readonly #regions = new Map<string, string>();

  constructor(connection: AwsConnection, sockets = socketsPerReader) {
    this.#connection = connection;
    this.#requests = new AwsRequests(connection, sockets);
  }

  renew(credentials: AwsCredentials): void {
    this.#requests.renew(credentials);
  }

  async read({ bucket = '', path }: FilePlace): Promise<FileBytes> {
    return this.#object('GET', bucket, path);
  }

  /** Its metadata alone. Throws as read does. */
  async metadataOf({ bucket = '', path }: FilePlace): Promise<Readonly<Record<string, string>>> {
    return (await this.#object('HEAD', bucket, path)).metadata ?? {};
  }

  /** In the order of keys, a page at a time. Throws S3RefusedError, and the network's errors. */
  async *list(bucket: string, prefix: string): AsyncGenerator<ListedObject[]> {
    let token: string | undefined;
    do {
      const query = {
        'list-type': '2',
        'max-keys': '1000',
        prefix,
        ...(token === undefined ? {} : { 'continuation-token': token }),
      };
      const answer = await this.#send('GET', bucket, '', listBytesMax, query);
      if (answer.status !== 200) throw refusal(answer);
      const page = parseXml(answer.body);
      yield childrenOf(page, 'Contents').map(toListed);
      const isTruncated = childText(page, 'IsTruncated') === 'true';
      token = isTruncated ? childText(page, 'NextContinuationToken') : undefined;
      if (isTruncated && !token) throw new Error('the listing breaks off without a token');
    } while (token !== undefined);
  }

  close(): void {
    this.#requests.close();
  }

  async #object(method: 'GET' | 'HEAD', bucket: string, key: string): Promise<FileBytes> {
    let answer: AwsAnswer;
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

  async #send(
    method: 'GET' | 'HEAD',
    bucket: string,
    key: string,
    bytesMax: number,
    query?: Record<string, string>,
  ): Promise<AwsAnswer> {
    for (let attempt = 1; ; attempt++) {
      const region = this.#regions.get(bucket) ?? this.#connection.region;
      const { origin, path } = objectAddress(this.#connection, region, bucket, key);
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

function refusal({ status, body }: AwsAnswer): S3RefusedError {
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

function toListed(entry: XmlElement): ListedObject {
  return {
    key: childText(entry, 'Key') ?? '',
    sizeBytes: Number(childText(entry, 'Size') ?? 0),
    etag: childText(entry, 'ETag') ?? '',
    lastModified: childText(entry, 'LastModified') ?? '',
  };
}

function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}
