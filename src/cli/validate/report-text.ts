// SPDX-License-Identifier: Apache-2.0
import { plainText } from '../plain-text.js';
import type { ChainReport, DigestCounts, LogFileCounts, Report } from './report.js';

/** Findings shown to a human; `--json` has them all. */
const findingsShownMax = 200;

const words = { invalid: 'INVALID', unchecked: 'NOT CHECKED', warning: 'warning' } as const;

/** The report for people: chains, findings, and one last line with the verdict. */
export function reportLines(report: Report): string[] {
  const { findings, chains, totals } = report;
  const lines = chains.flatMap(chainLines);
  for (const { severity, place, message } of findings.slice(0, findingsShownMax))
    lines.push(plainText(`${words[severity]}  ${place}  ${message}`));
  const hidden = findings.length - findingsShownMax + report.findingsOmitted;
  if (hidden > 0) lines.push(`… and ${grouped(hidden)} more (--json has them)`);
  if (findings.length > 0) lines.push('');
  if (totals.logFilesPending > 0)
    lines.push(
      `${count(totals.logFilesPending, 'log file')} since the newest digest: the next one will list them`,
    );
  lines.push(verdict(report));
  return lines;
}

function chainLines(chain: ChainReport): string[] {
  const { digests, backfillDigests, logFiles } = chain;
  const organization = chain.organizationId === null ? '' : ` (${chain.organizationId})`;
  const home = chain.homeRegion === chain.region ? '' : `, home ${chain.homeRegion}`;
  const lines = [
    `${chain.root}  account ${chain.accountId}${organization}, ${chain.region}, trail ${chain.trailName}${home}`,
  ];
  if (chain.isCopy && chain.original !== null) lines.push(`  a copy of ${chain.original}`);
  const times = chain.from === null ? '' : `, ${short(chain.from)} to ${short(chain.to ?? chain.from)}`;
  lines.push(`  digests    ${digestWords(digests)}${times}`);
  if (totalOf(backfillDigests) > 0) lines.push(`  backfill   ${digestWords(backfillDigests)}`);
  lines.push(`  log files  ${logFileWords(logFiles)}`);
  lines.push(`  ${headWords(chain)}`, '');
  return lines.map(plainText);
}

function headWords({ remembered, head }: ChainReport): string {
  if (remembered === null) {
    return head === null
      ? 'no proven digest to remember'
      : `first validation of this chain: there is nothing to compare its head with`;
  }
  return remembered.isStillThere
    ? `the head remembered of ${short(remembered.endTime)} is part of it`
    : `the head remembered of ${short(remembered.endTime)} is NOT part of it`;
}

function digestWords(counts: DigestCounts): string {
  const { valid, unchanged, unsigned, invalid, missing, unread } = counts;
  return joined(valid, totalOf(counts) - unchanged, [
    [unchanged, 'of them verified earlier and unchanged by the listing'],
    [unsigned, 'without a signature'],
    [invalid, 'INVALID'],
    [missing, 'MISSING'],
    [unread, 'not read'],
  ]);
}

function logFileWords(counts: LogFileCounts): string {
  const { valid, unchanged, invalid, missing, unread, unproven } = counts;
  return joined(valid, totalOf(counts) - unchanged, [
    [unchanged, 'of them verified earlier and unchanged by the listing'],
    [invalid, 'INVALID'],
    [missing, 'MISSING'],
    [unread, 'not read'],
    [unproven, 'listed by an invalid digest'],
  ]);
}

function joined(valid: number, total: number, rest: readonly (readonly [number, string])[]): string {
  const parts = rest.filter(([number]) => number > 0).map(([number, what]) => `${grouped(number)} ${what}`);
  return [`${grouped(valid)}/${grouped(total)} valid`, ...parts].join(', ');
}

function totalOf(counts: object): number {
  return Object.values(counts).reduce((sum: number, number) => sum + Number(number), 0);
}

function verdict({ result, findings, totals, target }: Report): string {
  const { digests, backfillDigests, logFiles } = totals;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  const also = warnings === 0 ? '' : `, ${count(warnings, 'warning')}`;
  if (result === 'valid') {
    const what = `${count(digests.valid + backfillDigests.valid, 'digest')} and ${count(logFiles.valid, 'log file')}`;
    return plainText(`VALID: ${what} in ${target} are as they were delivered${also}`);
  }
  const problems = findings.filter(({ severity }) => severity === result).length;
  return result === 'invalid'
    ? plainText(`INVALID: ${count(problems, 'problem')} in ${target}${also}`)
    : plainText(`COULD NOT CHECK ${count(problems, 'file')} in ${target}${also}`);
}

/** `4,000`, by hand: the first number that Intl formats costs more than the whole report. */
function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

function count(number: number, what: string): string {
  return `${grouped(number)} ${what}${number === 1 ? '' : 's'}`;
}

function short(iso: string): string {
  return iso.replace(/\.\d{3}Z$/, 'Z');
}
