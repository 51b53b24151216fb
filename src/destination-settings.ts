// SPDX-License-Identifier: Apache-2.0
import { SettingsError } from './settings-error.js';

/** Where a trail's bucket lies that is not Cairn's own: any S3-compatible endpoint, and who asks there. */
export interface DestinationSettings {
  /** `https://host[:port]` */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `endpoint/bucket/key` rather than `bucket.endpoint/key`. */
  readonly forcePathStyle: boolean;
  /** The bucket's name at the endpoint, where it is another than the trail's. */
  readonly bucket?: string;
  /** What is asked of the store for trails without a KMS key; `none` for stores that refuse to be asked. */
  readonly serverSideEncryption: 'AES256' | 'none';
  /** CloudTrail gives the bucket's owner full control; `none` for stores that know no such ACL. */
  readonly acl: 'bucket-owner-full-control' | 'none';
  /** Whose trails may deliver there with these credentials; absent: the main account's alone. */
  readonly accounts?: readonly string[] | 'all';
}

/** By the bucket's name in trails; `otherwise` for every bucket that is neither named here nor Cairn's own. */
export interface ForeignDestinations {
  readonly byBucket: ReadonlyMap<string, DestinationSettings>;
  readonly otherwise?: DestinationSettings;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Members = Readonly<Record<string, unknown>>;

/**
 * The destinations of a configuration file and of the variables `CAIRN_S3_…`. Throws SettingsError, which names what is
 * wrong and never repeats a value that may be secret.
 * @param config what the configuration file holds, parsed; undefined when there is none
 */
export function readDestinations(config: unknown, env: Environment): ForeignDestinations {
  const otherwise = fromVariables(env);
  return {
    byBucket: new Map(
      Object.entries(bucketsOf(config)).map(([name, members]) => [name, fromFile(name, members, env)]),
    ),
    ...(otherwise === undefined ? {} : { otherwise }),
  };
}

function bucketsOf(config: unknown): Members {
  if (config === undefined) return {};
  const members = objectOf(config, 'the configuration file');
  verifyNames(members, ['destinations', 'oidcIssuers', 'oidcSignIn'], 'the configuration file');
  return members.destinations === undefined ? {} : objectOf(members.destinations, 'destinations');
}

const memberNames = [
  'endpoint',
  'region',
  'accessKeyId',
  'secretAccessKey',
  'forcePathStyle',
  'bucket',
  'serverSideEncryption',
  'acl',
  'accounts',
];

function fromFile(name: string, value: unknown, env: Environment): DestinationSettings {
  const where = `destinations["${name}"]`;
  const members = objectOf(value, where);
  verifyNames(members, memberNames, where);
  const text = (member: string) => textOf(members[member], `${where}.${member}`, env);
  const { forcePathStyle } = members;
  check(
    forcePathStyle === undefined || typeof forcePathStyle === 'boolean',
    `${where}.forcePathStyle must be true or false`,
  );
  const bucket = text('bucket');
  return {
    ...destination(where, {
      endpoint: text('endpoint'),
      region: text('region'),
      accessKeyId: text('accessKeyId'),
      secretAccessKey: text('secretAccessKey'),
      serverSideEncryption: text('serverSideEncryption'),
      acl: text('acl'),
    }),
    forcePathStyle: forcePathStyle ?? true,
    ...accountsOf(members.accounts, `${where}.accounts`),
    ...(bucket === undefined ? {} : { bucket }),
  };
}

function fromVariables(env: Environment): DestinationSettings | undefined {
  const given = (name: string) => (env[name] === '' ? undefined : env[name]);
  const endpoint = given('CAIRN_S3_ENDPOINT');
  if (endpoint === undefined) {
    const alone = [
      'CAIRN_S3_REGION',
      'CAIRN_S3_ACCESS_KEY_ID',
      'CAIRN_S3_SECRET_ACCESS_KEY',
      'CAIRN_S3_ACCOUNTS',
    ].find(given);
    check(alone === undefined, `${alone} is set without CAIRN_S3_ENDPOINT`);
    return undefined;
  }
  return {
    ...destination('CAIRN_S3_ENDPOINT', {
      endpoint,
      region: given('CAIRN_S3_REGION'),
      accessKeyId: given('CAIRN_S3_ACCESS_KEY_ID'),
      secretAccessKey: given('CAIRN_S3_SECRET_ACCESS_KEY'),
      serverSideEncryption: given('CAIRN_S3_SERVER_SIDE_ENCRYPTION'),
      acl: given('CAIRN_S3_ACL'),
    }),
    forcePathStyle: true,
    ...accountsOf(accountList(given('CAIRN_S3_ACCOUNTS')), 'CAIRN_S3_ACCOUNTS'),
  };
}

/** `all`, or ids with commas between. */
function accountList(text: string | undefined): unknown {
  return text === undefined || text === 'all' ? text : text.split(',').map((id) => id.trim());
}

function accountsOf(value: unknown, where: string): Pick<DestinationSettings, 'accounts'> {
  if (value === undefined) return {};
  if (value === 'all') return { accounts: value };
  const isList = Array.isArray(value) && value.every((id) => typeof id === 'string' && /^\d{12}$/.test(id));
  check(isList, `${where} must be "all", or account ids of 12 digits`);
  return { accounts: value as string[] };
}

type TextMember = 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey' | 'serverSideEncryption' | 'acl';

function destination(
  where: string,
  texts: Readonly<Record<TextMember, string | undefined>>,
): Omit<DestinationSettings, 'forcePathStyle' | 'bucket'> {
  const { accessKeyId, secretAccessKey, serverSideEncryption = 'AES256' } = texts;
  const acl = texts.acl ?? 'bucket-owner-full-control';
  check(
    accessKeyId !== undefined && secretAccessKey !== undefined,
    `${where}: access key id and secret access key must both be given`,
  );
  check(
    serverSideEncryption === 'AES256' || serverSideEncryption === 'none',
    `${where}: the server-side encryption must be AES256 or none`,
  );
  check(
    acl === 'bucket-owner-full-control' || acl === 'none',
    `${where}: the ACL must be bucket-owner-full-control or none`,
  );
  return {
    endpoint: endpointOf(texts.endpoint, where),
    region: texts.region ?? 'us-east-1',
    accessKeyId,
    secretAccessKey,
    serverSideEncryption,
    acl,
  };
}

/** The message does not repeat the text: somebody may have written a password into it. */
function endpointOf(text: string | undefined, where: string): string {
  const form = `${where}: the endpoint must be http://host[:port] or https://host[:port]`;
  check(text !== undefined && URL.canParse(text), form);
  const url = new URL(text);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  check(/^https?:$/.test(url.protocol) && isPlain, `${form}, without name, password, query`);
  return url.href.replace(/\/$/, '');
}

/** A text, or `{"env": "NAME"}` for that of a variable: secrets need not stand in the file. */
function textOf(value: unknown, where: string, env: Environment): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  const variable = typeof value === 'object' && value !== null ? (value as Members).env : undefined;
  check(typeof variable === 'string', `${where} must be a text, or {"env": "NAME"} for that of a variable`);
  const text = env[variable];
  check(text !== undefined && text !== '', `${where}: the variable ${variable} is not set`);
  return text;
}

/** Whether a configuration holds a secret itself, not only the name of a variable. */
export function holdsSecrets(config: unknown): boolean {
  const destinations = (config as { destinations?: Members } | undefined)?.destinations ?? {};
  return Object.values(destinations).some(
    (members) => typeof (members as Members | null)?.secretAccessKey === 'string',
  );
}

function objectOf(value: unknown, where: string): Members {
  check(
    typeof value === 'object' && value !== null && !Array.isArray(value),
    `${where} must be a JSON object`,
  );
  return value as Members;
}

/** A misspelt member would be left out silently. */
function verifyNames(members: Members, known: readonly string[], where: string): void {
  const unknown = Object.keys(members).find((name) => !known.includes(name));
  check(unknown === undefined, `${where} has an unknown member "${unknown}" (known: ${known.join(', ')})`);
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new SettingsError(message);
}
