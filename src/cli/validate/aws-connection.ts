// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { DataDirectory } from '../../data-directory/data-directory.js';
import { dataDirOf } from '../../settings.js';
import { CommandError } from '../command-error.js';
import { clientVariables } from '../env-command.js';
import type { AwsConnection, AwsCredentials } from './aws-requests.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface OpenConnection {
  readonly connection: AwsConnection;
  /** Fresh ones, where they expire; undefined where they do not. */
  readonly renew: (() => Promise<AwsCredentials>) | undefined;
}

const couldNotCheck = 2;
const defaultRegion = 'us-east-1';

/**
 * Whom to ask for buckets and keys: the endpoint of the environment (as `cairn env` sets it), else the server that runs on
 * the data directory, else AWS itself with the credentials that the AWS command line would use.
 * @param dataDirFlag as given; it beats what the environment says of AWS, but not an endpoint
 */
export async function connectionFromEnvironment(
  env: Environment,
  dataDirFlag: string | undefined,
): Promise<OpenConnection> {
  if (!(env.AWS_ENDPOINT_URL || env.AWS_ENDPOINT_URL_S3)) {
    const isMeant = dataDirFlag !== undefined || Boolean(env.CAIRN_DATA_DIR);
    const isForAws = Boolean(env.AWS_PROFILE || env.AWS_ACCESS_KEY_ID);
    const directory = new DataDirectory(dataDirOf(dataDirFlag, env));
    if (isMeant || (!isForAws && directory.runningServer() !== undefined))
      return { connection: serverOf(directory), renew: undefined };
  }
  return fromAwsVariables(env);
}

function serverOf(directory: DataDirectory): AwsConnection {
  let variables: Record<string, string>;
  try {
    variables = clientVariables(directory);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(error.message, couldNotCheck, { cause: error });
  }
  const endpoint = variables.AWS_ENDPOINT_URL!;
  return {
    endpoint,
    region: variables.AWS_REGION!,
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID!,
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY!,
    },
    // The server's certificate names its public host; on loopback the data directory vouches for the address.
    isCertificateChecked: !/^https:\/\/(127(\.\d{1,3}){3}|\[::1\])(:|$)/.test(endpoint),
  };
}

async function fromAwsVariables(env: Environment): Promise<OpenConnection> {
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL;
  const authorities = env.AWS_CA_BUNDLE ? readAuthorities(env.AWS_CA_BUNDLE) : undefined;
  const given = credentialsIn(env);
  const { region, credentials, renew } =
    given === undefined
      ? await fromSdk(env)
      : { region: env.AWS_REGION || env.AWS_DEFAULT_REGION, credentials: given, renew: undefined };
  return {
    connection: {
      ...(endpoint ? { endpoint } : {}),
      region: region || defaultRegion,
      credentials,
      ...(authorities === undefined ? {} : { authorities }),
      isCertificateChecked: true,
    },
    renew,
  };
}

function credentialsIn(env: Environment): AwsCredentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey || env.AWS_PROFILE) return undefined;
  const sessionToken = env.AWS_SESSION_TOKEN;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** Profiles, SSO, roles, instance metadata: the SDK knows them all. It is slow to load, so only then. */
async function fromSdk(env: Environment): Promise<{
  region: string | undefined;
  credentials: AwsCredentials;
  renew: () => Promise<AwsCredentials>;
}> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { S3Client } = await import('@aws-sdk/client-s3');
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  const client = new S3Client({ ...(region ? { region } : {}) });
  const renew = async (): Promise<AwsCredentials> => {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  };
  try {
    const credentials = await renew();
    return { region: region ?? (await client.config.region().catch(() => undefined)), credentials, renew };
  } catch (cause) {
    const reason = `there are no AWS credentials: ${(cause as Error).message}. For Cairn, run eval "$(npx cairn env)" first or name its --data-dir`;
    throw new CommandError(reason, couldNotCheck, { cause });
  }
}

function readAuthorities(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CommandError(`AWS_CA_BUNDLE cannot be read: ${(cause as Error).message}`, couldNotCheck, {
      cause,
    });
  }
}
