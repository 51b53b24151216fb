// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { additionalJson, type CallResource, requestJson, responseJson } from './call-details.js';
import { type CallTemplate, callTemplates, regions, userAgents } from './event-templates.js';
import { SeededRandom } from './seeded-random.js';

const gzipAsync = promisify(gzip);

export const benchAccountId = '111122223333';
const otherAccountId = '444455556666';

/** Users that come about once in a hundred thousand events: what a look-up for a rare value asks for. */
export const rareUser = 'break-glass';
/** A user of about every fifth event. */
export const frequentUser = 'ci-deployer';

export interface GeneratedLogFile {
  readonly path: string;
  readonly events: number;
  /** Bytes on disk. */
  readonly bytes: number;
  /** Bytes of the JSON text. */
  readonly rawBytes: number;
}

export interface GenerateOptions {
  /** Where the files go, in `AWSLogs/…` folders as CloudTrail lays them out; made when missing. */
  readonly dir: string;
  readonly events: number;
  readonly files: number;
  readonly seed: number;
  /** How many Regions (1–14). One file holds one Region's events. Default 14. */
  readonly regions?: number;
  /** Default 90. */
  readonly days?: number;
  /** The time just behind the newest event, ms since the epoch. Default 2026-11-01T00:00:00Z. */
  readonly endTimeMs?: number;
}

export interface RecordPlace {
  readonly region: string;
  readonly eventTimeMs: number;
}

interface Caller {
  readonly identityJson: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly tlsVersion: string;
  /** Members with a comma behind each. */
  readonly more: string;
}

/**
 * Makes up CloudTrail records: the same seed gives the same records. About 1 KB each; about 300 event names and
 * 40 users by a Zipf curve, rare users, resources, errors.
 */
export class RecordGenerator {
  readonly #random: SeededRandom;
  readonly #callers: readonly Caller[];
  readonly #rareCaller: Caller;
  readonly #calls: readonly { head: string; tail: string; template: CallTemplate }[];

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#callers = Array.from({ length: 40 }, (_, index) => toCaller(index));
    this.#rareCaller = { ...toCaller(40), identityJson: iamUserJson(rareUser, 999) };
    this.#calls = callTemplates.map((template) => ({ template, ...toCallJson(template) }));
  }

  /** One record as JSON text. */
  next(place: RecordPlace): string {
    const random = this.#random;
    const caller =
      random.below(100_000) === 0 ? this.#rareCaller : this.#callers[random.zipf(this.#callers.length)]!;
    const { template, head, tail } = this.#calls[random.zipf(this.#calls.length)]!;
    const resource =
      template.resource && toResource(template.resource, random.below(template.resource.count), place.region);
    const failed = random.below(25) === 0;
    return (
      `{"eventVersion":"1.11","userIdentity":${caller.identityJson},"eventTime":"${toEventTime(place.eventTimeMs)}",${head}` +
      `"awsRegion":"${place.region}","sourceIPAddress":"${caller.sourceIp}${random.below(250)}","userAgent":"${caller.userAgent}",` +
      (failed ? errorJson(template) : '') +
      `"requestParameters":${requestJson(template, resource, random)},"responseElements":${responseJson(template, failed, random)},` +
      additionalJson(template, random) +
      caller.more +
      `"requestID":"${random.uuid()}","eventID":"${random.uuid()}",` +
      (resource ? `"resources":[${resource.json}],` : '') +
      `${tail}"tlsDetails":{"tlsVersion":"${caller.tlsVersion}","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"${template.service}.us-east-1.amazonaws.com"}}`
    );
  }
}

/**
 * Writes `.json.gz` log files of made-up events, oldest first. The same options give the same bytes, as far as
 * zlib's version is the same.
 */
export async function generateLogFiles(options: GenerateOptions): Promise<GeneratedLogFile[]> {
  const records = new RecordGenerator(options.seed);
  const random = new SeededRandom(options.seed + 1);
  const days = options.days ?? 90;
  const endTimeMs = options.endTimeMs ?? Date.UTC(2026, 10, 1);
  const sliceMs = (days * 86_400_000) / options.files;
  const written: Promise<GeneratedLogFile>[] = [];
  for (let file = 0; file < options.files; file++) {
    const events =
      Math.floor(((file + 1) * options.events) / options.files) -
      Math.floor((file * options.events) / options.files);
    const startTimeMs = Math.floor(endTimeMs - (options.files - file) * sliceMs);
    const region = regions[random.zipf(Math.min(options.regions ?? regions.length, regions.length))]!;
    const lines: string[] = [];
    for (let index = 0; index < events; index++) {
      lines.push(records.next({ region, eventTimeMs: startTimeMs + Math.floor((index * sliceMs) / events) }));
    }
    const path = join(options.dir, toLogFileName(region, startTimeMs + sliceMs, random.uuid()));
    written.push(writeLogFile(path, `{"Records":[${lines.join(',')}]}`, events));
    if (written.length >= 4) await written[written.length - 4];
  }
  return Promise.all(written);
}

async function writeLogFile(path: string, text: string, events: number): Promise<GeneratedLogFile> {
  const raw = Buffer.from(text);
  const bytes = await gzipAsync(raw, { level: 4 });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return { path, events, bytes: bytes.length, rawBytes: raw.length };
}

function toLogFileName(region: string, timeMs: number, unique: string): string {
  const time = toEventTime(timeMs);
  const day = time.slice(0, 10);
  const stamp = `${day.replaceAll('-', '')}T${time.slice(11, 13)}${time.slice(14, 16)}Z`;
  const name = `${benchAccountId}_CloudTrail_${region}_${stamp}_${unique.replaceAll('-', '').slice(0, 16)}.json.gz`;
  return join('AWSLogs', benchAccountId, 'CloudTrail', region, day.replaceAll('-', '/'), name);
}

function toEventTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}

/**
 * Every fourth is an IAM user, the others sessions of roles; number 1 is the frequent one, number 7 root. Of the rarer ones 33
 * is a service, 34 comes from another account, 35 with MFA, and 37 with an old client.
 */
function toCaller(index: number): Caller {
  return {
    identityJson: identityOf(index),
    sourceIp: `10.${40 + index}.${(index * 37) % 250}.`,
    userAgent: userAgents[index % userAgents.length]!,
    tlsVersion: index === 37 ? 'TLSv1.1' : 'TLSv1.3',
    more: index === 33 ? '"sharedEventID":"0c1d3a8e-4b57-4d2e-9f61-7a8b9c0d1e2f",' : '',
  };
}

function identityOf(index: number): string {
  if (index === 0) return iamUserJson(frequentUser, 0);
  if (index === 7)
    return `{"type":"Root","principalId":"${benchAccountId}","arn":"arn:aws:iam::${benchAccountId}:root","accountId":"${benchAccountId}","accessKeyId":"AKIAROOT000000000007"}`;
  if (index === 33) return '{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}';
  if (index % 4 === 0) return iamUserJson(`user-${index}`, index);
  return sessionJson(index, index === 34 ? otherAccountId : benchAccountId, index === 35);
}

function iamUserJson(name: string, index: number): string {
  const key = String(index).padStart(4, '0');
  return `{"type":"IAMUser","principalId":"AIDAEXAMPLEUSER00${key}","arn":"arn:aws:iam::${benchAccountId}:user/${name}","accountId":"${benchAccountId}","accessKeyId":"AKIAEXAMPLEKEY00${key}","userName":"${name}"}`;
}

function sessionJson(index: number, accountId: string, withMfa: boolean): string {
  const key = String(index).padStart(4, '0');
  return (
    `{"type":"AssumedRole","principalId":"AROAEXAMPLEROLE00${key}:session-${index}","arn":"arn:aws:sts::${accountId}:assumed-role/service-${index}/session-${index}",` +
    `"accountId":"${accountId}","accessKeyId":"ASIAEXAMPLEKEY00${key}","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLEROLE00${key}",` +
    `"arn":"arn:aws:iam::${accountId}:role/service-${index}","accountId":"${accountId}","userName":"service-${index}"},` +
    `"attributes":{"creationDate":"2026-10-01T08:00:00Z","mfaAuthenticated":"${withMfa}"}}}`
  );
}

function toCallJson(template: CallTemplate): { head: string; tail: string } {
  const { service, eventName, readOnly } = template;
  return {
    head: `"eventSource":"${service}.amazonaws.com","eventName":"${eventName}",`,
    tail:
      `"readOnly":${readOnly},"eventType":"${service === 'signin' ? 'AwsConsoleSignIn' : 'AwsApiCall'}","managementEvent":true,` +
      `"recipientAccountId":"${benchAccountId}","eventCategory":"Management",`,
  };
}

function toResource(
  resource: NonNullable<CallTemplate['resource']>,
  number: number,
  region: string,
): CallResource {
  const n = resource.type === 'AWS::KMS::Key' ? String(number).padStart(12, '0') : String(number);
  const arn = resource.arn.replace('{n}', n).replace('{r}', region).replace('{a}', benchAccountId);
  return {
    arn,
    json: `{"accountId":"${benchAccountId}","type":"${resource.type}","ARN":"${arn}"}`,
    name: resource.member === 'bucketName' ? arn.slice(arn.lastIndexOf(':') + 1) : arn,
  };
}

function errorJson(template: CallTemplate): string {
  return `"errorCode":"AccessDenied","errorMessage":"User is not authorized to perform: ${template.service}:${template.eventName} because no identity-based policy allows the action",`;
}
