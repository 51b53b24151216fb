// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import type { Cairn } from '../composition-start.js';
import { isRegion } from '../identity/regions.js';
import { readSettings, type ServeFlags } from '../settings.js';
import { CommandError } from './command-error.js';

/** No right to the port, no such address here, a host name that means nothing. */
const cannotListen: ReadonlySet<string> = new Set(['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN']);

const furtherHelp = `
Further settings are variables: see the table in README.md.

Log files go to Cairn's own buckets, and to any S3-compatible endpoint:
  CAIRN_S3_ENDPOINT            every trail bucket that is not Cairn's own is there, with
  CAIRN_S3_ACCESS_KEY_ID, CAIRN_S3_SECRET_ACCESS_KEY, CAIRN_S3_REGION (us-east-1),
  CAIRN_S3_SERVER_SIDE_ENCRYPTION (AES256; none), CAIRN_S3_ACL (bucket-owner-full-control; none)
  CAIRN_S3_ACCOUNTS            whose trails may deliver there: account ids with commas between, or "all"
                               (the main account's alone)
or bucket by bucket in the file of --config:
  { "destinations": { "BUCKET": { "endpoint": "https://s3.example.com", "region": "us-east-1",
      "accessKeyId": "...", "secretAccessKey": { "env": "NAME_OF_A_VARIABLE" },
      "forcePathStyle": true, "bucket": "its name there, where it is another",
      "accounts": ["111122223333"] } } }
The same file says where the keys of OIDC issuers are that cannot be asked over the web (a path or an address):
  { "oidcIssuers": { "https://idp.example.com": "/etc/cairn/idp.jwks.json" } }`;

/** `cairn serve`: the server. Runs until SIGTERM or SIGINT. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('run the server')
    .option('--host <address>', 'where to listen (CAIRN_HOST, 127.0.0.1)')
    .option('--port <number>', 'the port; 0 for any free one (CAIRN_PORT, 4577)')
    .option('--data-dir <path>', 'where everything is kept (CAIRN_DATA_DIR, ./.cairn)')
    .option('--tls-cert <file>', 'certificate chain in PEM: serve HTTPS (CAIRN_TLS_CERT)')
    .option('--tls-key <file>', "the certificate's private key in PEM (CAIRN_TLS_KEY)")
    .option('--config <file>', 'JSON: where trails deliver besides own buckets (CAIRN_CONFIG)')
    .addHelpText('after', furtherHelp)
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const settings = readSettings(flags, process.env, isRegion);
  const cairn = await started(settings);
  // Heard from before anybody is told where the server is: who reads the line may stop it at once.
  const stopping = stopSignal();
  process.stdout.write(`cairn listening on ${cairn.url}\n`);
  const signal = await stopping;
  cairn.log.info({ signal }, 'stopping');
  // A second signal means: at once. What was acknowledged is durable already.
  void stopSignal().then(() => process.exit(1));
  await cairn.stop();
  process.exit(0);
}

async function started(settings: ReturnType<typeof readSettings>): Promise<Cairn> {
  // Loaded only here: the other commands need no databases to start.
  const { startCairn } = await import('../composition-start.js');
  try {
    return await startCairn(settings);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new CommandError(
        `port ${settings.port} on ${settings.host} is taken: choose another with --port`,
        1,
        { cause: error },
      );
    }
    if (code !== undefined && cannotListen.has(code)) {
      throw new CommandError(`cannot listen on ${settings.host}:${settings.port} (${code})`, 1, {
        cause: error,
      });
    }
    throw error;
  }
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}
