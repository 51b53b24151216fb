// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { type AccountKey, DataDirectory } from '../data-directory/data-directory.js';
import { dataDirOf } from '../settings.js';
import { CommandError } from './command-error.js';

/** `cairn env`: lines for `eval` that make every `aws` command go to the running server. */
export function envCommand(): Command {
  return new Command('env')
    .description('print export lines, so that eval "$(npx cairn env)" makes every aws command go to Cairn')
    .option('--data-dir <path>', 'the data directory of the server (CAIRN_DATA_DIR, ./.cairn)')
    .option('--account <id>', 'another account than the main one: one that `cairn account create` made')
    .action((flags: { dataDir?: string; account?: string }) => {
      const directory = new DataDirectory(dataDirOf(flags.dataDir, process.env));
      for (const [name, value] of Object.entries(clientVariables(directory, flags.account))) {
        process.stdout.write(`export ${name}=${shellQuoted(value)}\n`);
      }
    });
}

/**
 * What an AWS client needs to reach the server of a data directory, as the root of the main account or of another one.
 * Throws CommandError when none runs there, or no key of that account is kept.
 */
export function clientVariables(directory: DataDirectory, accountId?: string): Record<string, string> {
  const credentials = directory.readRootCredentials();
  const server = directory.runningServer();
  if (credentials === undefined) {
    throw new CommandError(
      `${directory.path} is no data directory of Cairn yet: start one with \`npx cairn serve\`, or name it with --data-dir`,
    );
  }
  if (server === undefined) {
    throw new CommandError(`no server runs on ${directory.path}: start it with \`npx cairn serve\``);
  }
  const key =
    accountId === undefined || accountId === credentials.accountId
      ? credentials
      : keyOf(accountId, directory);
  return {
    AWS_ENDPOINT_URL: reachableUrl(server.url),
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_REGION: credentials.region,
    AWS_DEFAULT_REGION: credentials.region,
    // A token left over from another session would spoil every signature; clients take an empty one as none.
    ...(process.env.AWS_SESSION_TOKEN ? { AWS_SESSION_TOKEN: '' } : {}),
  };
}

function keyOf(accountId: string, directory: DataDirectory): AccountKey {
  const key = /^\d{12}$/.test(accountId) ? directory.readAccountKey(accountId) : undefined;
  if (key !== undefined) return key;
  const message = `no key of account ${accountId} is kept in ${directory.path}: only of accounts that \`cairn account create\` made`;
  throw new CommandError(message);
}

/** An IP address, so that S3 clients choose path-style addresses; a server on all interfaces is reached by loopback. */
export function reachableUrl(url: string): string {
  return url
    .replace('//0.0.0.0:', '//127.0.0.1:')
    .replace('//[::]:', '//[::1]:')
    .replace('//localhost:', '//127.0.0.1:');
}

function shellQuoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
