// SPDX-License-Identifier: Apache-2.0
import { readConfigFile } from './config-file.js';
import { type ForeignDestinations, holdsSecrets, readDestinations } from './destination-settings.js';
import { readOidcIssuers } from './oidc-issuer-settings.js';
import { holdsClientSecrets, type OidcSignInSettings, readOidcSignIn } from './oidc-sign-in-settings.js';
import { SettingsError } from './settings-error.js';

export { SettingsError };

/** Every setting of the server, from flags and variables. Times in ms. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly accountId: string | undefined;
  readonly region: string;
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
  readonly masterKey: string | undefined;
  readonly logLevel: string;
  readonly deliveryIntervalMs: number;
  /** How much time one digest covers. */
  readonly digestIntervalMs: number;
  readonly historyMs: number;
  readonly trustedProxies: string;
  /** The base of links in messages (`https://audit.example.com`), where it is not the address that a subscriber used. */
  readonly publicUrl: string | undefined;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  /** LookupEvents a second for each account and Region; undefined: no limit. */
  readonly lookupsPerSecondMax: number | undefined;
  /** Buckets of trails that are not Cairn's own. */
  readonly destinations: ForeignDestinations;
  /** Where the keys of OIDC issuers are that cannot be asked: by issuer without `https://`, an address. */
  readonly oidcIssuers: ReadonlyMap<string, string>;
  /** Issuers that people sign in at and that need more than their discovery document: by issuer without `https://`. */
  readonly oidcSignIn: ReadonlyMap<string, OidcSignInSettings>;
  /** What the operator should know of these settings, without a secret; said at the start. */
  readonly warnings: readonly string[];
}

export interface ServeFlags {
  readonly host?: string;
  readonly port?: string;
  readonly dataDir?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly config?: string;
}

const defaultDataDir = './.cairn';
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

type Environment = Readonly<Record<string, string | undefined>>;

/** Flags win over variables, variables over defaults. Throws SettingsError. */
export function readSettings(
  flags: ServeFlags,
  env: Environment,
  isRegion: (name: string) => boolean,
): Settings {
  const region = given(env.CAIRN_REGION) ?? 'us-east-1';
  check(
    isRegion(region),
    `CAIRN_REGION: "${region}" is not a Region that Cairn knows (us-east-1, eu-central-1, …)`,
  );
  const accountId = given(env.CAIRN_ACCOUNT_ID);
  check(accountId === undefined || /^\d{12}$/.test(accountId), 'CAIRN_ACCOUNT_ID must be 12 digits');
  const accessKeyId = given(env.CAIRN_ACCESS_KEY_ID);
  const secretAccessKey = given(env.CAIRN_SECRET_ACCESS_KEY);
  check(
    (accessKeyId === undefined) === (secretAccessKey === undefined),
    'set CAIRN_ACCESS_KEY_ID and CAIRN_SECRET_ACCESS_KEY together, or neither',
  );
  check(
    accessKeyId === undefined || /^\w{16,128}$/.test(accessKeyId),
    'CAIRN_ACCESS_KEY_ID must be 16 to 128 letters, digits and underscores',
  );
  const tlsCert = flags.tlsCert ?? given(env.CAIRN_TLS_CERT);
  const tlsKey = flags.tlsKey ?? given(env.CAIRN_TLS_KEY);
  check(
    (tlsCert === undefined) === (tlsKey === undefined),
    'give --tls-cert and --tls-key together, or neither',
  );
  const configPath = flags.config ?? given(env.CAIRN_CONFIG);
  const config = configPath === undefined ? undefined : readConfigFile(configPath);
  const logLevel = given(env.CAIRN_LOG_LEVEL) ?? 'info';
  check(logLevels.includes(logLevel), `CAIRN_LOG_LEVEL must be one of ${logLevels.join(', ')}`);
  return {
    host: flags.host ?? given(env.CAIRN_HOST) ?? '127.0.0.1',
    port: integer('--port / CAIRN_PORT', flags.port ?? env.CAIRN_PORT, 4577, 0, 65_535),
    dataDir: dataDirOf(flags.dataDir, env),
    accountId,
    region,
    accessKeyId,
    secretAccessKey,
    masterKey: given(env.CAIRN_MASTER_KEY),
    logLevel,
    // 1 s to 15 minutes: shorter makes a flood of tiny files, longer is slower than AWS.
    deliveryIntervalMs: integer('CAIRN_DELIVERY_INTERVAL', env.CAIRN_DELIVERY_INTERVAL, 60, 1, 900) * 1_000,
    digestIntervalMs: integer('CAIRN_DIGEST_INTERVAL', env.CAIRN_DIGEST_INTERVAL, 3_600, 1, 86_400) * 1_000,
    historyMs: integer('CAIRN_HISTORY_DAYS', env.CAIRN_HISTORY_DAYS, 90, 1, 36_500) * 86_400_000,
    trustedProxies: env.CAIRN_TRUSTED_PROXIES ?? '',
    publicUrl: baseUrl('CAIRN_PUBLIC_URL', env.CAIRN_PUBLIC_URL),
    tlsCert,
    tlsKey,
    lookupsPerSecondMax: optionalInteger(
      'CAIRN_LOOKUPS_PER_SECOND',
      env.CAIRN_LOOKUPS_PER_SECOND,
      1,
      1_000_000,
    ),
    destinations: readDestinations(config?.document, env),
    oidcIssuers: readOidcIssuers(config?.document),
    oidcSignIn: readOidcSignIn(config?.document),
    warnings:
      config?.isOpen === true && (holdsSecrets(config.document) || holdsClientSecrets(config.document))
        ? [`other users may read ${config.path}, which holds secrets: chmod 600 it`]
        : [],
  };
}

export function dataDirOf(flag: string | undefined, env: Environment): string {
  return flag ?? given(env.CAIRN_DATA_DIR) ?? defaultDataDir;
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new SettingsError(message);
}

/** Without a slash at its end. */
function baseUrl(name: string, text: string | undefined): string | undefined {
  const value = given(text);
  if (value === undefined) return undefined;
  const isBase =
    /^https?:\/\/[A-Za-z0-9.\-_[\]:]+(?:\/[A-Za-z0-9.\-_~/]*)?$/.test(value) && URL.canParse(value);
  check(isBase, `${name} must be an address such as https://audit.example.com, not "${value}"`);
  return value.replace(/\/+$/, '');
}

function optionalInteger(
  name: string,
  text: string | undefined,
  min: number,
  max: number,
): number | undefined {
  return given(text) === undefined ? undefined : integer(name, text, min, min, max);
}

function integer(
  name: string,
  text: string | undefined,
  byDefault: number,
  min: number,
  max: number,
): number {
  const value = given(text);
  if (value === undefined) return byDefault;
  const number = Number(value);
  check(
    /^\d+$/.test(value) && number >= min && number <= max,
    `${name} must be a whole number from ${min} to ${max}, not "${value}"`,
  );
  return number;
}
