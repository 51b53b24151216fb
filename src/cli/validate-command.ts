// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { PublicKeyError, PublicKeys } from '../digest/verify-keys.js';
import { systemClock } from '../ports/clock.js';
import { CommandError } from './command-error.js';
import { parseTime } from './parse-time.js';
import { plainText } from './plain-text.js';
import { parseS3Address, type S3Address } from './s3-address.js';
import { connectionFromEnvironment, type OpenConnection } from './validate/aws-connection.js';
import { openDiskSource } from './validate/disk-source.js';
import { exportKeys } from './validate/export-keys.js';
import type { FileSource } from './validate/file-source.js';
import type { ChainFiles } from './validate/inventory.js';
import { readKeysFile, type TrustedKeys } from './validate/keys-file.js';
import { listPublicKeys } from './validate/list-public-keys.js';
import { RememberedHeads } from './validate/remembered-heads.js';
import type { Report } from './validate/report.js';
import { reportLines } from './validate/report-text.js';
import { NothingToValidateError, runValidation, type TrailChoice } from './validate/run-validation.js';
import { openS3Source } from './validate/s3-source.js';
import { validateProgress } from './validate/validate-progress.js';
import type { TimeRange } from './validate/validation-context.js';
import { VerifiedFiles } from './validate/verified-files.js';
import { writeLines } from './write-lines.js';

interface ValidateFlags {
  readonly trailArn?: string;
  readonly start?: string;
  readonly end?: string;
  readonly utc?: true;
  readonly keys?: string;
  /** False with `--no-state`. */
  readonly state?: string | false;
  readonly full?: true;
  readonly accept?: true;
  readonly json?: true;
  readonly exportKeys?: true;
  readonly dataDir?: string;
}

const couldNotCheck = 2;
const exitCodes = { valid: 0, invalid: 1, unchecked: couldNotCheck } as const;
const hourMs = 3_600_000;

/** `cairn validate`: whether digests and log files are as they were delivered. */
export function validateCommand(): Command {
  return new Command('validate')
    .description(
      'validate CloudTrail digests and log files: in a bucket, or copies of them anywhere, offline',
    )
    .argument('[s3://bucket/prefix|path]', 'a bucket or a prefix of it, or a folder with copies')
    .option('--trail-arn <arn>', 'only the digests of this trail')
    .option('--start <time>', 'from this time on (2h, 2026-11-20, 2026-11-20T14:00Z, …)')
    .option('--end <time>', 'up to this time; the newest digest has to reach it')
    .option('--utc', 'times without a zone are UTC')
    .option('--keys <file>', 'trust the public keys (and signatures) in this file and ask nobody')
    .option('--state <file>', 'where the heads of chains are remembered (a file for each address, see below)')
    .option('--no-state', 'remember nothing and compare with nothing')
    .option('--full', 'read everything again, also what an earlier validation found good')
    .option('--accept', 'remember what is there now although it contradicts what was remembered')
    .option('--json', 'print one JSON document')
    .option('--export-keys', 'print all public keys, and signatures of digests, for validating elsewhere')
    .option('--data-dir <path>', 'the data directory of the server to ask (CAIRN_DATA_DIR, ./.cairn)')
    .addHelpText('after', helpText)
    .action(runValidate);
}

const helpText = `
Exit code 0: valid; 1: something was altered, removed, added or rewritten; 2: it could not be checked.

Buckets and keys come from AWS_ENDPOINT_URL if set (eval "$(npx cairn env)"), else from the server that runs on the
data directory, else from AWS. On a disk nobody is asked when --keys is given:
  cairn validate --export-keys > keys.json            where the server is; keep it with the copies
  cairn validate ./copy --keys keys.json              anywhere, at any time
A disk loses the signature that S3 keeps in an object's metadata; the newest digest's is in keys.json, the others are in
the digest that follows. So export after copying. With an address and --start older signatures are exported too.

Each validation remembers the newest digest of every chain and refuses a chain that later does not have it any more. It
remembers in $XDG_STATE_HOME/cairn/validate (~/.local/state), a file for each address; with --state one file serves a
bucket and its copies. What was verified in a bucket and is unchanged by its listing is not read again, unless --full.
More in docs/integrity.md.`;

/**
 * A validation of some thousand files is over before optimized code pays: compiling it took a quarter of the processor
 * time. With seven times the usual patience of V8 what is truly hot (a hundred thousand files) is still optimized.
 */
const interruptBudget = 1_000_000;

function optimizeLater(): void {
  // In V8 14 nobody has tried it; an unknown flag would be complained about on stderr.
  if (Number.parseInt(process.versions.v8, 10) <= 13)
    setFlagsFromString(`--interrupt-budget=${interruptBudget}`);
}

async function runValidate(address: string | undefined, flags: ValidateFlags): Promise<void> {
  optimizeLater();
  try {
    await (flags.exportKeys === true ? exportTo(address, flags) : validate(address, flags));
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(error.message, couldNotCheck, { cause: error });
    if (error instanceof NothingToValidateError || error instanceof PublicKeyError)
      throw new CommandError(error.message, couldNotCheck, { cause: error });
    throw error;
  }
}

async function validate(address: string | undefined, flags: ValidateFlags): Promise<void> {
  if (address === undefined) throw new CommandError('name what to validate: s3://bucket/prefix or a folder');
  const nowMs = systemClock.now();
  const range = rangeOf(flags, nowMs);
  const trail = trailOfArn(flags.trailArn);
  const trusted = flags.keys === undefined ? undefined : readKeysFile(flags.keys);
  const asked = askedLazily(flags);
  const source = await openSource(address, asked);
  const state = statePaths(flags.state, source);
  const verified = new VerifiedFiles(source.bucket === undefined ? undefined : state?.verified, source.id);
  if (verified.unusedReason !== undefined) note(verified.unusedReason);
  const heads = new RememberedHeads(state?.heads);
  const progress = validateProgress();
  let report: Report;
  try {
    report = await runValidation({
      source,
      range,
      trail,
      heads,
      verified,
      isFull: flags.full === true,
      accepts: flags.accept === true,
      nowMs,
      exportedSignatures: trusted?.signatures ?? new Map(),
      keysFor: (chains) => keysFor(chains, trusted, asked),
      renew: source.connection && (await asked()).renew,
      onListed: ({ filesCount }) => progress.start(filesCount),
      onFile: () => progress.oneMore(),
    });
  } finally {
    progress.end();
  }
  saveState(heads, verified);
  process.exitCode = exitCodes[report.result];
  await writeLines(flags.json === true ? [JSON.stringify(report)] : reportLines(report));
}

async function exportTo(address: string | undefined, flags: ValidateFlags): Promise<void> {
  const bucket = address === undefined ? undefined : parseS3Address(address);
  if (address !== undefined && bucket === undefined)
    throw new CommandError('keys are exported from an s3:// address, or without one from all trails');
  const nowMs = systemClock.now();
  const { connection } = await askedLazily(flags)();
  const file = await exportKeys({
    connection,
    env: process.env,
    address: bucket,
    range: rangeOf(flags, nowMs),
    nowMs,
    onNote: note,
  });
  if (file.PublicKeyList.length === 0) throw new CommandError(`${file.source} has no public keys yet`);
  await writeLines([JSON.stringify(file, null, 2)]);
}

/** One connection for listing, reading and asking for keys; none when nothing of it is needed. */
function askedLazily(flags: ValidateFlags): () => Promise<OpenConnection> {
  let opened: Promise<OpenConnection> | undefined;
  return () => (opened ??= connectionFromEnvironment(process.env, flags.dataDir));
}

async function openSource(address: string, asked: () => Promise<OpenConnection>): Promise<FileSource> {
  const bucket: S3Address | undefined = parseS3Address(address);
  return bucket === undefined ? openDiskSource(address) : openS3Source((await asked()).connection, bucket);
}

/** Without a file of keys: those of each Region for the time of its digests. */
async function keysFor(
  chains: readonly ChainFiles[],
  trusted: TrustedKeys | undefined,
  asked: () => Promise<OpenConnection>,
): Promise<PublicKeys> {
  if (trusted !== undefined) return trusted.keys;
  const keys = new PublicKeys();
  const spans = new Map<string, { fromMs: number; toMs: number }>();
  for (const { name, digests, backfills } of chains) {
    for (const { name: one } of [digests[0], digests.at(-1), ...backfills].filter((d) => d !== undefined)) {
      const span = spans.get(name.region) ?? { fromMs: one.endMs, toMs: one.endMs };
      spans.set(name.region, {
        fromMs: Math.min(span.fromMs, one.endMs),
        toMs: Math.max(span.toMs, one.endMs),
      });
    }
  }
  for (const [region, { fromMs, toMs }] of spans) {
    const { connection } = await asked();
    // A digest is signed after its end; the AWS command line asks two hours further too.
    const span = { fromMs: fromMs - hourMs, toMs: toMs + 2 * hourMs };
    const found = await listPublicKeys(connection, region, span, process.env);
    for (const key of found) keys.add(key);
  }
  if (keys.size === 0 && chains.length > 0)
    throw new CommandError('there are no public keys for the time of these digests', couldNotCheck);
  return keys;
}

function rangeOf(flags: ValidateFlags, nowMs: number): TimeRange {
  const reading = { nowMs, utc: flags.utc === true };
  const read = (flag: 'start' | 'end'): number | undefined => {
    const text = flags[flag];
    if (text === undefined) return undefined;
    const timeMs = parseTime(text, { ...reading, end: flag === 'end' });
    if (timeMs === undefined) throw new CommandError(`--${flag} does not understand "${plainText(text)}"`);
    return timeMs;
  };
  const range = { fromMs: read('start'), toMs: read('end') };
  if (range.fromMs !== undefined && range.toMs !== undefined && range.fromMs > range.toMs)
    throw new CommandError('--start is after --end');
  return range;
}

function trailOfArn(arn: string | undefined): TrailChoice | undefined {
  if (arn === undefined) return undefined;
  const [, homeRegion, accountId, name] =
    /^arn:[^:]+:cloudtrail:([a-z0-9-]+):(\d{12}):trail\/([A-Za-z0-9._-]+)$/.exec(arn) ?? [];
  if (homeRegion === undefined || accountId === undefined || name === undefined)
    throw new CommandError(`--trail-arn is no ARN of a trail: "${plainText(arn)}"`);
  return { homeRegion, accountId, name };
}

interface StatePaths {
  readonly heads: string;
  readonly verified: { readonly file: string; readonly key: string };
}

function statePaths(flag: string | false | undefined, source: FileSource): StatePaths | undefined {
  if (flag === false) return undefined;
  const folder = join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'cairn', 'validate');
  const name = createHash('sha256').update(source.id).digest('hex').slice(0, 24);
  const heads = flag === undefined ? join(folder, `${name}.json`) : resolve(flag);
  const key = join(folder, 'own.key');
  return { heads, verified: { file: `${heads}.${name}.verified`, key } };
}

/** What cannot be remembered is said; the verdict stands. */
function saveState(heads: RememberedHeads, verified: VerifiedFiles): void {
  try {
    heads.save();
    verified.save();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    note(`nothing could be remembered: ${(error as Error).message}`);
  }
}

function note(line: string): void {
  console.error(plainText(`cairn: ${line}`));
}
