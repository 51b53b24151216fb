// SPDX-License-Identifier: Apache-2.0
import type { TrailEvent } from '../../digest/verify-stop.js';
import { trailOf } from './log-checks.js';
import type { ValidatedChain } from './validate-chain.js';
import { stopCallAgeMsMax, type ValidationContext } from './validation-context.js';

/**
 * Why chains ended and began anew. An end is explained by the recorded call that stopped the trail: in a log file that
 * was proven, at the right time. It is reported either way. Without a call, a gap that opened since the chain was
 * remembered is refused: whoever has the signing key can cut a chain and start another one behind the cut.
 */
export function explainEnds(context: ValidationContext, chains: readonly ValidatedChain[]): void {
  for (const chain of chains) {
    for (const restart of chain.links.restarts) {
      const call = callBefore(context, chain, restart.olderEndMs, restart.startMs);
      sayRestart(context, chain, restart, call);
    }
    if (chain.oldTail !== undefined) sayTail(context, chain, chain.oldTail);
  }
}

function callBefore(
  context: ValidationContext,
  { chain, intervalMs }: ValidatedChain,
  endMs: number,
  untilMs: number,
): TrailEvent | undefined {
  const calls = (context.stops.get(trailOf(chain)) ?? []).filter(
    ({ accountId = chain.name.accountId }) => accountId === chain.name.accountId,
  );
  const fromMs = endMs - stopCallAgeMsMax(intervalMs);
  return calls
    .map((call) => ({ call, timeMs: Date.parse(call.eventTime) }))
    .filter(({ timeMs }) => timeMs >= fromMs && timeMs <= untilMs)
    .sort((a, b) => a.timeMs - b.timeMs || weight(a.call) - weight(b.call))
    .at(-1)?.call;
}

/** An UpdateTrail may only have moved the trail. Calls of one second come in the order in which files were read. */
function weight({ eventName }: TrailEvent): number {
  return eventName === 'UpdateTrail' ? 0 : 1;
}

function sayRestart(
  { findings }: ValidationContext,
  { remembered }: ValidatedChain,
  { place, olderEndMs, startMs }: { place: string; olderEndMs: number; startMs: number },
  call: TrailEvent | undefined,
): void {
  const gap =
    startMs > olderEndMs
      ? `a new chain begins here; nothing is proven between ${iso(olderEndMs)} and ${iso(startMs)}`
      : `a new chain begins here, where the one before it ended (${iso(olderEndMs)})`;
  if (call !== undefined) {
    findings.add('warning', 'chain-restarted', place, `${gap}: ${words(call)}`);
    return;
  }
  const isNew = remembered !== undefined && startMs >= Date.parse(remembered.endTime);
  const why = 'no call that stopped the trail is in the log files around it';
  if (isNew) {
    const message = `${gap}, ${why}, and the chain was whole when it was last validated (${remembered.checkedAt}). If you know the reason, accept it with --accept`;
    findings.add('invalid', 'chain-restart-unexplained', place, message);
  } else {
    findings.add('warning', 'chain-restarted', place, `${gap}, and ${why}`);
  }
}

function sayTail(
  context: ValidationContext,
  chain: ValidatedChain,
  { place, endMs }: { place: string; endMs: number },
): void {
  const call = callBefore(context, chain, endMs, context.nowMs);
  if (call !== undefined) {
    const message = `the chain ends here: ${words(call)}`;
    context.findings.add('warning', 'chain-stopped', place, message);
    return;
  }
  const { remembered } = chain;
  if (remembered?.isEndAccepted === true && Date.parse(remembered.endTime) === endMs) {
    const message = `the chain ends here, as was accepted (${remembered.checkedAt})`;
    context.findings.add('warning', 'chain-stopped', place, message);
    return;
  }
  const asOfMs = context.range.toMs ?? context.nowMs;
  const message = `the newest digest is of ${iso(endMs)}, ${duration(asOfMs - endMs)} before ${iso(asOfMs)}, and one is due every ${duration(chain.intervalMs)}: later ones were removed, or none were made (the server was down, or the trail was stopped where it does not show). With --end only what was there by then is asked for; if the chain is meant to end here, accept it with --accept`;
  context.findings.add('invalid', 'chain-tail', place, message);
}

function words({ eventName, eventTime, caller, eventId }: TrailEvent): string {
  return `${eventName} at ${eventTime} by ${caller || 'an unnamed caller'} (event ${eventId})`;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
