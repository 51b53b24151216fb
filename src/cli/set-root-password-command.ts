// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { DataDirectory } from '../data-directory/data-directory.js';
import { isRegion } from '../identity/regions.js';
import { dataDirOf, readSettings } from '../settings.js';
import { SigninError } from '../signin/signin-error.js';
import { credentialsOf } from './cairn-client.js';
import { CommandError } from './command-error.js';
import { reachableUrl } from './env-command.js';
import { readSecret } from './read-secret.js';
import { ApiError, SignedRequests } from './signed-requests.js';
import { stderrLog } from './stderr-log.js';

interface Flags {
  readonly email: string;
  readonly account?: string;
  readonly dataDir?: string;
}

interface Wanted {
  readonly accountId: string;
  readonly email: string;
  readonly password: string;
}

/** `cairn account set-root-password`: how the root of an account signs in at the console. */
export function setRootPasswordCommand(): Command {
  return new Command('set-root-password')
    .description("set the e-mail address and the password by which an account's root signs in")
    .requiredOption('--email <address>', "the root's e-mail address; no other account may have it")
    .option('--account <id>', 'the account, 12 digits; the main one by default')
    .option('--data-dir <path>', 'the data directory (CAIRN_DATA_DIR, ./.cairn)')
    .addHelpText('after', '\nThe password is asked for, or read from the first line of standard input.')
    .action(run);
}

async function run({ email, account, dataDir }: Flags): Promise<void> {
  const directory = new DataDirectory(dataDirOf(dataDir, process.env));
  const credentials = credentialsOf(directory);
  const accountId = account ?? directory.readRootCredentials()?.accountId;
  if (accountId === undefined) throw new CommandError(`${directory.path} is no data directory of Cairn yet`);
  const password = await readSecret('Password: ', 'Again: ');
  const wanted = { accountId, email, password };
  const server = directory.runningServer();
  if (server === undefined) await setHere(directory, wanted);
  else await setThere(new SignedRequests(reachableUrl(server.url), credentials), wanted);
  console.log(`the root of account ${accountId} signs in as ${email}`);
}

async function setThere(requests: SignedRequests, wanted: Wanted): Promise<void> {
  try {
    await requests.send('POST', '/cairn/v1/root-password', { body: Buffer.from(JSON.stringify(wanted)) });
  } catch (error) {
    if (error instanceof ApiError) throw new CommandError(error.message, 1, { cause: error });
    throw error;
  } finally {
    requests.close();
  }
}

async function setHere(directory: DataDirectory, wanted: Wanted): Promise<void> {
  // Loaded only here: a command that talks to a server need not load databases.
  const { openLocalCairn } = await import('../composition-local.js');
  const { setRootPasswordOf } = await import('../composition-signin.js');
  const settings = readSettings({ dataDir: directory.path }, process.env, isRegion);
  const cairn = await openLocalCairn(settings, stderrLog);
  try {
    await setRootPasswordOf(cairn)(wanted);
  } catch (error) {
    if (error instanceof SigninError) throw new CommandError(error.message, 1, { cause: error });
    throw error;
  } finally {
    await cairn.close();
  }
}
