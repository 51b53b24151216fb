// SPDX-License-Identifier: Apache-2.0
import { processTimes } from '../process-times.js';
import { type GuideQuery, overTable } from './guide-queries.js';
import type { QueryFront } from './query-fronts.js';

export interface MeasuredQuery {
  readonly rows: number;
  /** Those that were asked for, where all would be a report of their own. */
  readonly shownRows: number;
  readonly asked: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Processor time of the query's processes, and of the server, one time. */
  readonly queryCpuMs: number;
  readonly serverCpuMs: number;
}

const repetitionsMin = 9;
const repetitionsMax = 100;
/** A question that takes long is not asked as often as that. */
const askingMsMax = 2_500;
/** Guides cut such answers off by LIMIT; AWS shows so many rows at a time. */
const longRows = 10_000;
const shownRows = 1_000;

/** From the start call to done. */
export async function measureQuery(
  front: QueryFront,
  query: GuideQuery,
  serverPid: number,
): Promise<MeasuredQuery> {
  const whole = overTable(query, front.table);
  const rows = Number(await front.cellOf(await front.ask(`SELECT count(*) FROM (${whole})`)));
  const isLong = rows > longRows;
  const sql = isLong ? `${whole} LIMIT ${shownRows}` : whole;
  // It finds no file in the system's memory.
  await front.ask(sql);
  const times: number[] = [];
  const before = processTimes(serverPid);
  const startMs = performance.now();
  while (
    times.length < repetitionsMin ||
    (times.length < repetitionsMax && performance.now() - startMs < askingMsMax)
  ) {
    times.push(await front.timed(sql));
  }
  const after = processTimes(serverPid);
  times.sort((a, b) => a - b);
  return {
    rows,
    shownRows: isLong ? shownRows : rows,
    asked: times.length,
    medianMs: times[Math.floor(times.length / 2)]!,
    p99Ms: times[Math.ceil(times.length * 0.99) - 1]!,
    queryCpuMs: (after.below - before.below) / times.length,
    serverCpuMs: (after.own - before.own) / times.length,
  };
}
