// SPDX-License-Identifier: Apache-2.0
import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { open } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { fileURLToPath } from 'node:url';
import { DocumentFetchError, type DocumentFetcher, type FormPoster } from '../../ports/document-fetcher.js';

/** From the first byte sent to the last one read. */
const fetchMsMax = 5_000;
/** Key sets of large issuers are some 20 KB. */
const bodyBytesMax = 256 * 1024;
/** Fetches under way at once: issuers that hang must not gather. */
const fetchesMax = 16;

/**
 * This machine and its link: where services listen that trust whoever reaches them, metadata services above all. Private
 * networks stay in reach: companies have their issuers there, and what answers needs a certificate for its name.
 */
const unreachable = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  unreachable.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  ['ff00::', 8],
] as const)
  unreachable.addSubnet(network, prefix, 'ipv6');

/** Documents over https; for addresses of the operator's also http and files. */
export class HttpsDocumentFetcher implements DocumentFetcher, FormPoster {
  #underWay = 0;

  fetchJson(address: string, chosenBy: 'stranger' | 'operator'): Promise<unknown> {
    return this.#ask(address, chosenBy);
  }

  postForm(
    address: string,
    form: Readonly<Record<string, string>>,
    chosenBy: 'stranger' | 'operator',
  ): Promise<unknown> {
    return this.#ask(address, chosenBy, new URLSearchParams(form).toString());
  }

  async #ask(address: string, chosenBy: 'stranger' | 'operator', form?: string): Promise<unknown> {
    if (!URL.canParse(address)) throw new DocumentFetchError(`${address} is no address`);
    const url = new URL(address);
    if (this.#underWay >= fetchesMax) throw new DocumentFetchError('too many documents are being fetched');
    this.#underWay += 1;
    try {
      return JSON.parse(await textOf(url, chosenBy, form)) as unknown;
    } catch (cause) {
      if (cause instanceof DocumentFetchError) throw cause;
      const reason = cause instanceof SyntaxError ? 'it is not JSON' : (cause as Error).message;
      throw new DocumentFetchError(`${url.origin}${url.pathname}: ${reason}`, { cause });
    } finally {
      this.#underWay -= 1;
    }
  }
}

async function textOf(url: URL, chosenBy: 'stranger' | 'operator', form?: string): Promise<string> {
  if (chosenBy === 'operator' && url.protocol === 'file:' && form === undefined)
    return readFileText(fileURLToPath(url));
  const mayBePlain = chosenBy === 'operator' && url.protocol === 'http:';
  if (url.protocol !== 'https:' && !mayBePlain) throw new DocumentFetchError(`${url.origin} is not https`);
  if (url.username !== '' || url.password !== '')
    throw new DocumentFetchError('the address has a user in it');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (chosenBy === 'stranger' && isIP(host) !== 0) verifyReachable(host);
  return ask(url, chosenBy === 'stranger' ? guardedLookup : undefined, form);
}

async function readFileText(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(bodyBytesMax + 1), 0, bodyBytesMax + 1, 0);
    if (bytesRead > bodyBytesMax) throw new DocumentFetchError(`${path} is too large`);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function ask(url: URL, lookup: LookupFunction | undefined, form: string | undefined): Promise<string> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: form === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          'user-agent': 'cairn',
          ...(form === undefined
            ? {}
            : {
                'content-type': 'application/x-www-form-urlencoded',
                'content-length': String(Buffer.byteLength(form)),
              }),
        },
        signal: AbortSignal.timeout(fetchMsMax),
        agent: false,
        maxHeaderSize: 16 * 1024,
        ...(lookup === undefined ? {} : { lookup }),
      },
      (response) => void bodyOf(response).then(resolve, reject),
    );
    sent.on('error', reject);
    sent.end(form);
  });
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  if (response.statusCode !== 200) {
    response.destroy();
    throw new DocumentFetchError(`answered with status ${response.statusCode}`);
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    bytes += (part as Buffer).length;
    if (bytes > bodyBytesMax) {
      response.destroy();
      throw new DocumentFetchError('the document is too large');
    }
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The addresses are judged that the connection then uses: a name cannot mean one thing here and another one there. */
const guardedLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(
    hostname,
    options as LookupOptions & { all: true },
    (error, found: string | LookupAddress[], family?: number) => {
      if (error !== null) return callback(error, '', 0);
      try {
        for (const address of typeof found === 'string' ? [found] : found.map((each) => each.address))
          verifyReachable(address);
      } catch (refused) {
        return callback(refused as NodeJS.ErrnoException, '', 0);
      }
      return callback(null, found as string, family as number);
    },
  );
};

function verifyReachable(address: string): void {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const isRefused =
    mapped !== undefined
      ? unreachable.check(mapped, 'ipv4')
      : unreachable.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  if (isRefused) throw new DocumentFetchError('the address is one of this machine or its link');
}
