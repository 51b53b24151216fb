// SPDX-License-Identifier: Apache-2.0
import { Command, CommanderError } from 'commander';
import { CannotStartError } from '../cannot-start-error.js';
import { SettingsError } from '../settings.js';
import { version } from '../version.js';
import { accountCommand } from './account-command.js';
import { CommandError } from './command-error.js';
import { envCommand } from './env-command.js';
import { importCommand } from './import-command.js';
import { lookupCommand } from './lookup-command.js';
import { serveCommand } from './serve-command.js';
import { tailCommand } from './tail-command.js';
import { validateCommand } from './validate-command.js';

const usageExitCode = 2;

function program(): Command {
  return new Command('cairn')
    .description('An open, self-hosted audit trail that speaks AWS CloudTrail.')
    .version(version)
    .showHelpAfterError('(see --help)')
    .addHelpText(
      'after',
      '\nStart with:  npx cairn serve     then, in another terminal:  eval "$(npx cairn env)"',
    )
    .addCommand(serveCommand())
    .addCommand(envCommand())
    .addCommand(accountCommand())
    .addCommand(importCommand())
    .addCommand(lookupCommand())
    .addCommand(tailCommand())
    .addCommand(validateCommand());
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
  const cairn = program();
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
