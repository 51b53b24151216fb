// SPDX-License-Identifier: Apache-2.0
import { Command, Option } from 'commander';
import type { SqlDialect } from '../query/query-engine.js';
import { dataDirOf } from '../settings.js';
import { CommandError } from './command-error.js';
import { type SqlFormat, sqlFormats } from './sql/row-writer.js';
import { SqlPrompt } from './sql/sql-prompt.js';
import { runScript } from './sql/sql-script.js';
import { SqlSession } from './sql/sql-session.js';
import { openLogFiles, openSqlTarget, type SqlTarget } from './sql/sql-target.js';

interface SqlFlags {
  readonly dialect: SqlDialect;
  readonly format?: SqlFormat;
  readonly output?: string;
  readonly from?: string;
  readonly timing?: true;
  readonly dataDir?: string;
}

/** `cairn sql`: statements over the history, event data stores, or log files that lie anywhere. */
export function sqlCommand(): Command {
  return new Command('sql')
    .description('SQL over the history, an event data store, or log files that were never imported')
    .argument(
      '[statement]',
      'a statement, several with semicolons between, or a command of the prompt (\\d); without it: those of standard input, until one fails, or a prompt',
    )
    .addOption(
      new Option('--dialect <name>', "Athena's, or CloudTrail Lake's with event data stores by id or ARN")
        .choices(['athena', 'lake'])
        .default('athena'),
    )
    .addOption(new Option('--format <name>', 'how rows are written (table)').choices(sqlFormats))
    .option('--output <file>', 'write the rows there; parquet needs it')
    .option(
      '--from <path|s3://bucket/prefix>',
      'ask these log files, as the table logs, in place of the history',
    )
    .option('--timing', 'tell how long it took')
    .option('--data-dir <path>', 'the data directory (CAIRN_DATA_DIR, ./.cairn)')
    .addHelpText('after', examples)
    .action(runSql);
}

const examples = `
Examples:
  cairn sql "SELECT eventname, count(*) AS n FROM cairn_history GROUP BY 1 ORDER BY n DESC LIMIT 10"
  cairn sql --dialect lake "SELECT eventName FROM 3fa85f64-5717-4562-b3fc-2c963f66afa6 LIMIT 10"
  cairn sql --from ./logs --format csv "SELECT useridentity.arn, eventname FROM logs" > calls.csv`;

async function runSql(statement: string | undefined, flags: SqlFlags): Promise<void> {
  const { format = 'table', output } = flags;
  if (format === 'parquet' && output === undefined)
    throw new CommandError('--format parquet needs --output', 2);
  const target = await targetOf(flags);
  try {
    const settings = { dialect: flags.dialect, format, timing: flags.timing === true, output };
    if (statement === undefined && process.stdin.isTTY) {
      await new SqlPrompt(target, settings).run();
      return;
    }
    const session = new SqlSession(target, { ...settings, onNote: (text) => console.error(text) });
    await runScript(session, statement ?? process.stdin);
  } finally {
    await target.close();
  }
}

function targetOf({ from, dataDir }: SqlFlags): Promise<SqlTarget> {
  if (from === undefined) return openSqlTarget(dataDirOf(dataDir, process.env));
  return openLogFiles(from, (text) => console.error(text));
}
