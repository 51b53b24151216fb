// SPDX-License-Identifier: Apache-2.0
import { Command, CommanderError } from 'commander';
import { CannotStartError } from '../cannot-start-error.js';
import { SettingsError } from '../settings-error.js';
import { version } from '../version.js';
import { CommandError } from './command-error.js';

const usageExitCode = 2;

/** In the order of the help. Loaded when called: a command does not wait for the code of the others. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve-command.js')).serveCommand(),
  env: async () => (await import('./env-command.js')).envCommand(),
  account: async () => (await import('./account-command.js')).accountCommand(),
  import: async () => (await import('./import-command.js')).importCommand(),
  lookup: async () => (await import('./lookup-command.js')).lookupCommand(),
  search: async () => (await import('./search-command.js')).searchCommand(),
  tail: async () => (await import('./tail-command.js')).tailCommand(),
  sql: async () => (await import('./sql-command.js')).sqlCommand(),
  store: async () => (await import('./store-command.js')).storeCommand(),
  validate: async () => (await import('./validate-command.js')).validateCommand(),
};

/** @param called as given; anything but the name of a command (help, a mistake) loads them all */
async function program(called: string): Promise<Command> {
  const cairn = new Command('cairn')
    .description('An open, self-hosted audit trail that speaks AWS CloudTrail.')
    .version(version)
    .showHelpAfterError('(see --help)')
    .addHelpText(
      'after',
      '\nStart with:  npx cairn serve     then, in another terminal:  eval "$(npx cairn env)"',
    );
  const names = Object.hasOwn(commands, called) ? [called] : Object.keys(commands);
  for (const name of names) cairn.addCommand(await commands[name]!());
  return cairn;
}

/** A reader that goes away (`cairn lookup | head`) ends the command quietly, as it does for every good filter. */
function endOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

function applyToAll(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) applyToAll(child, change);
}

async function main(): Promise<void> {
  endOnClosedPipe();
  const cairn = await program(process.argv[2] ?? '');
  applyToAll(cairn, (command) => command.exitOverride());
  try {
    await cairn.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : usageExitCode;
    } else if (error instanceof CommandError) {
      console.error(`cairn: ${error.message}`);
      process.exitCode = error.exitCode;
    } else if (error instanceof CannotStartError) {
      console.error(`cairn: ${error.message}`);
      process.exitCode = 1;
    } else if (error instanceof SettingsError) {
      console.error(`cairn: ${error.message}`);
      process.exitCode = usageExitCode;
    } else {
      throw error;
    }
  }
}

await main();
