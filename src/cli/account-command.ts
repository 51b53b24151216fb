// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { DataDirectory } from '../data-directory/data-directory.js';
import { dataDirOf } from '../settings.js';
import { openAccounts } from './account-target.js';
import { CommandError } from './command-error.js';
import { setRootPasswordCommand } from './set-root-password-command.js';

interface CreateFlags {
  readonly name: string;
  readonly email: string;
  readonly accountId?: string;
  readonly dataDir?: string;
}

/** `cairn account`: accounts that are in no organization, as signing up makes them at AWS. */
export function accountCommand(): Command {
  return new Command('account')
    .description('accounts beside the main one')
    .addCommand(createCommand())
    .addCommand(setRootPasswordCommand());
}

function createCommand(): Command {
  return new Command('create')
    .description('make an account that is in no organization, and print a key of its root')
    .requiredOption('--name <name>', 'what the account is called')
    .requiredOption(
      '--email <address>',
      "the e-mail address of the account's root; no other account may have it",
    )
    .option('--account-id <id>', '12 digits; random by default')
    .option('--data-dir <path>', 'the data directory (CAIRN_DATA_DIR, ./.cairn)')
    .addHelpText(
      'after',
      '\nThe key is kept in the data directory, readable only by its owner: `cairn env --account ID` prints it for a shell.',
    )
    .action(create);
}

async function create(flags: CreateFlags): Promise<void> {
  const directory = new DataDirectory(dataDirOf(flags.dataDir, process.env));
  const accounts = await openAccounts(directory);
  try {
    const { name, email, accountId } = flags;
    const made = await accounts.create({ name, email, ...(accountId === undefined ? {} : { accountId }) });
    const key = directory.readAccountKey(made.accountId);
    if (key === undefined)
      throw new CommandError(`the key of account ${made.accountId} is not in ${directory.path}`);
    console.log(JSON.stringify(key, null, 2));
  } finally {
    await accounts.close();
  }
}
