// SPDX-License-Identifier: Apache-2.0
import { memoryCodes } from '../../digest/verify-finding.js';
import type { PublicKeys } from '../../digest/verify-keys.js';
import type { AwsCredentials } from './aws-requests.js';
import { CheckPool } from './check-pool.js';
import { explainEnds } from './explain-ends.js';
import type { FileSource } from './file-source.js';
import { type ChainFiles, type Inventory, takeInventory } from './inventory.js';
import type { RememberedHeads } from './remembered-heads.js';
import { Findings, newDigestCounts, newLogFileCounts, type Report, sumOf } from './report.js';
import { reportUncovered } from './uncovered-files.js';
import { ChainValidation, type ValidatedChain } from './validate-chain.js';
import type { TimeRange, ValidationContext } from './validation-context.js';
import type { VerifiedFiles } from './verified-files.js';

/** Chains walked at a time: their log files share one pool, their digests come one after the other. */
const chainsAtATime = 4;

export interface ValidationRequest {
  readonly source: FileSource;
  readonly range: TimeRange;
  readonly trail: TrailChoice | undefined;
  readonly heads: RememberedHeads;
  readonly verified: VerifiedFiles;
  readonly isFull: boolean;
  /** Remember what is there although it contradicts what was remembered. */
  readonly accepts: boolean;
  readonly nowMs: number;
  readonly exportedSignatures: ReadonlyMap<string, string>;
  /** The keys for the chains that were found. */
  readonly keysFor: (chains: readonly ChainFiles[]) => Promise<PublicKeys>;
  /** As many as the machine has cores when undefined. */
  readonly threads?: number;
  /** Fresh credentials, where they expire. */
  readonly renew?: (() => Promise<AwsCredentials>) | undefined;
  readonly onListed: (inventory: Inventory) => void;
  readonly onFile: () => void;
}

/** A trail as its ARN names it. */
export interface TrailChoice {
  readonly homeRegion: string;
  readonly accountId: string;
  readonly name: string;
}

/** Nothing was found that could be validated. */
export class NothingToValidateError extends Error {
  override readonly name = 'NothingToValidateError';
}

/** Lists, walks all chains, and judges. Throws NothingToValidateError, and CommandError of the source. */
export async function runValidation(request: ValidationRequest): Promise<Report> {
  const { source, trail, range, heads, verified } = request;
  const pool = new CheckPool(source.connection, request.threads);
  const renewal = renewing(pool, request.renew);
  try {
    const inventory = await takeInventory(source);
    const chains = inventory.chains.filter((chain) => trail === undefined || isOfTrail(chain, trail));
    const findings = new Findings();
    const isExpected = heads
      .all()
      .some(([key, head]) => isBelow(source, head.seenAt) && isHeadOf(key, trail));
    if (chains.length === 0 && !isExpected) throw new NothingToValidateError(whyNothing(inventory, request));
    request.onListed(inventory);
    const context: ValidationContext = {
      source,
      pool,
      inventory,
      keys: await request.keysFor(chains),
      exportedSignatures: request.exportedSignatures,
      heads,
      verified,
      isFull: request.isFull,
      range,
      nowMs: request.nowMs,
      findings,
      stopWindows: new Map(),
      stops: new Map(),
      onFile: request.onFile,
    };
    const validated = await walkAll(context, chains);
    explainEnds(context, validated);
    reportGoneChains(context, validated, trail);
    const uncovered =
      trail === undefined ? reportUncovered(context, validated) : { pending: 0, notCovered: 0 };
    remember(context, validated, request);
    return toReport(context, validated, uncovered);
  } finally {
    clearInterval(renewal);
    await pool.close();
  }
}

/** Far below the shortest life of temporary credentials (15 minutes). */
const renewEveryMs = 5 * 60_000;

function renewing(pool: CheckPool, renew: ValidationRequest['renew']): NodeJS.Timeout | undefined {
  if (renew === undefined) return undefined;
  // A failure shows itself in what is refused then.
  return setInterval(() => {
    renew().then(
      (credentials) => pool.renew(credentials),
      () => undefined,
    );
  }, renewEveryMs).unref();
}

function isOfTrail({ name }: ChainFiles, trail: TrailChoice): boolean {
  // In an organization's trail the account of a chain is a member's, the one of the ARN the owner's.
  const isAccount = name.organizationId !== undefined || name.accountId === trail.accountId;
  return name.trailName === trail.name && name.homeRegion === trail.homeRegion && isAccount;
}

function whyNothing(
  { chains, folders, filesCount }: Inventory,
  { source, trail }: ValidationRequest,
): string {
  if (trail !== undefined && chains.length > 0)
    return `${source.label} has no digests of the trail ${trail.name} (home Region ${trail.homeRegion}, account ${trail.accountId})`;
  if (folders.size > 0)
    return `${source.label} has log files and no digests: the first digest is not due yet (one an hour), log file validation was never on for them, or the digests were left out (they lie under AWSLogs/ACCOUNT/CloudTrail-Digest/)`;
  if (filesCount > 0) return `${source.label} has files, but no digests among them`;
  return `nothing is in ${source.label}`;
}

/** Chains of the home Region come last: by then it is known at what times their log files matter to the others. */
async function walkAll(context: ValidationContext, chains: readonly ChainFiles[]): Promise<ValidatedChain[]> {
  const isHome = ({ name }: ChainFiles): boolean => name.region === name.homeRegion;
  const validated: ValidatedChain[] = [];
  for (const group of [chains.filter((chain) => !isHome(chain)), chains.filter(isHome)]) {
    const waiting = [...group];
    const walk = async (): Promise<void> => {
      for (let chain = waiting.shift(); chain !== undefined; chain = waiting.shift())
        validated.push(await new ChainValidation(context, chain).run());
    };
    await Promise.all(Array.from({ length: chainsAtATime }, walk));
  }
  return validated.sort((a, b) => (a.chain.id < b.chain.id ? -1 : 1));
}

/** A chain that was remembered here and of which nothing is left. */
function reportGoneChains(
  { heads, source, findings, range }: ValidationContext,
  validated: readonly ValidatedChain[],
  trail: TrailChoice | undefined,
): void {
  const seen = new Set(validated.map(({ memoryKey }) => memoryKey));
  for (const [key, head] of heads.all()) {
    const here = head.seenAt.filter((root) => isBelow(source, [root]));
    if (seen.has(key) || here.length === 0) continue;
    if (range.toMs !== undefined && Date.parse(head.endTime) > range.toMs) continue;
    if (!isHeadOf(key, trail)) continue;
    const message = `no digest of this chain can be recognized any more; an earlier validation (${head.checkedAt}) has seen ${head.relative} here`;
    findings.add('invalid', 'chain-gone', here[0]!, message);
  }
}

function isHeadOf(memoryKey: string, trail: TrailChoice | undefined): boolean {
  return trail === undefined || memoryKey.endsWith(`|${trail.name}|${trail.homeRegion}`);
}

/** Whether files of one of these roots would lie where the source was told to look. */
function isBelow(source: FileSource, roots: readonly string[]): boolean {
  const own = source.placeOf('');
  return roots.some((root) => root.startsWith(own) && source.contains(`${root.slice(own.length)}AWSLogs/`));
}

/** Only a chain without fault moves its head on, and never to an earlier time. */
function remember(
  { heads, findings, source }: ValidationContext,
  validated: readonly ValidatedChain[],
  { accepts }: ValidationRequest,
): void {
  const invalid = findings.sorted().filter(({ severity }) => severity === 'invalid');
  const blocking = accepts ? invalid.filter(({ code }) => !memoryCodes.has(code)) : invalid;
  for (const { chain, head, memoryKey, remembered, report, oldTail } of validated) {
    if (head === undefined || memoryKey === undefined) continue;
    const root = source.placeOf(chain.root);
    const isFaulty = blocking.some(({ place }) => place.startsWith(root) && isOfChain(place, chain, root));
    const isLater = remembered === undefined || Date.parse(head.endTime) >= Date.parse(remembered.endTime);
    const wasKept = report.remembered?.isStillThere !== false;
    if (isFaulty || !((isLater && wasKept) || (accepts && !wasKept))) continue;
    const isEndAccepted =
      oldTail !== undefined && (accepts || (remembered?.isEndAccepted && remembered.sha256 === head.sha256));
    heads.set(memoryKey, { ...head, ...(isEndAccepted ? { isEndAccepted } : {}) });
  }
  if (!accepts) return;
  const seen = new Set(validated.map(({ memoryKey }) => memoryKey));
  for (const [key, { seenAt }] of heads.all())
    if (!seen.has(key) && isBelow(source, seenAt)) heads.forget(key);
}

/** Findings about log files count against every chain of their account and Region. */
function isOfChain(place: string, { name }: ChainFiles, root: string): boolean {
  const relative = place.slice(root.length);
  if (!relative.startsWith('AWSLogs/')) return true;
  if (!relative.includes(`/${name.accountId}/`)) return false;
  const [, kind, region] = /\/(CloudTrail(?:-Digest)?)\/([a-z0-9-]+)\//.exec(relative) ?? [];
  if (region !== name.region) return false;
  return kind === 'CloudTrail' || relative.includes(`_${name.trailName}_${name.homeRegion}_`);
}

function toReport(
  { source, findings, range, nowMs }: ValidationContext,
  validated: readonly ValidatedChain[],
  uncovered: { pending: number; notCovered: number },
): Report {
  const chains = validated.map(({ report }) => report);
  const iso = (timeMs: number | undefined) => (timeMs === undefined ? null : new Date(timeMs).toISOString());
  const worst = findings.count('unchecked') > 0 ? 'unchecked' : 'valid';
  return {
    cairnValidate: 1,
    result: findings.count('invalid') > 0 ? 'invalid' : worst,
    target: source.label,
    checkedAt: new Date(nowMs).toISOString(),
    start: iso(range.fromMs),
    end: iso(range.toMs),
    chains,
    totals: {
      digests: sumOf(
        chains.map(({ digests }) => digests),
        newDigestCounts(),
      ),
      backfillDigests: sumOf(
        chains.map(({ backfillDigests }) => backfillDigests),
        newDigestCounts(),
      ),
      logFiles: sumOf(
        chains.map(({ logFiles }) => logFiles),
        newLogFileCounts(),
      ),
      logFilesPending: uncovered.pending,
      logFilesNotCovered: uncovered.notCovered,
    },
    findings: findings.sorted(),
    findingsOmitted: findings.omitted,
  };
}
