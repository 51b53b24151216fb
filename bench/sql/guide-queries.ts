// SPDX-License-Identifier: Apache-2.0
// The guides' queries as the conformance suite has them, fitted to the generated events: what they name (users, a bucket, a
// day) is there under other names. Beside them the issue's own `SELECT *`, and a few for jq.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { userAgents } from '../event-templates.js';
import { rareUser } from '../generate-events.js';

export interface GuideQuery {
  readonly name: string;
  /** T stands for the table. */
  readonly sql: string;
  /** The same of `raw`, of which each `r` is a record, in DuckDB's words. */
  readonly raw: string;
  readonly jq?: string;
}

export interface GuideQueries {
  readonly athena: readonly GuideQuery[];
  readonly lake: readonly GuideQuery[];
}

/** The time just behind the newest generated event, which is not the machine's. */
const now = "TIMESTAMP '2026-11-01 00:00:00 UTC'";

const generatedNames: readonly (readonly [RegExp, string])[] = [
  [/'alice'/g, `'${rareUser}'`],
  [/'bob'/g, `'user-8'`],
  [/'carol'/g, `'user-12'`],
  [/'deployer'/g, `'service-3'`],
  [/'audit-logs'/g, `'team-data-17'`],
  [/'console\.amazonaws\.com'/g, `'${userAgents[5]}'`],
  [/'198\.51\.100\.7'/g, `'10.45.185.7'`],
  [/2023-07-10/g, '2026-10-10'],
  [/2023-07-11/g, '2026-10-11'],
];

const all: readonly GuideQuery[] = [
  {
    name: 'a user, all columns',
    sql: `SELECT * FROM T WHERE useridentity.username = '${rareUser}'`,
    raw: `SELECT r FROM raw WHERE (r->>'$.userIdentity.userName') = '${rareUser}'`,
    jq: `.Records[] | select(.userIdentity.userName == "${rareUser}")`,
  },
  {
    name: 'either of two users, all columns',
    sql: `SELECT * FROM T WHERE useridentity.username = '${rareUser}' OR useridentity.username = 'nobody'`,
    raw: `SELECT r FROM raw WHERE (r->>'$.userIdentity.userName') IN ('${rareUser}', 'nobody')`,
    jq: `.Records[] | select(.userIdentity.userName == "${rareUser}" or .userIdentity.userName == "nobody")`,
  },
  {
    name: 'what the root did, all columns, the newest 1,000',
    sql: `SELECT * FROM T WHERE useridentity.type = 'Root' ORDER BY eventtime DESC LIMIT 1000`,
    raw: `SELECT r FROM raw WHERE (r->>'$.userIdentity.type') = 'Root' ORDER BY r->>'$.eventTime' DESC LIMIT 1000`,
    jq: '.Records[] | select(.userIdentity.type == "Root")',
  },
];

const newestIamCalls: GuideQuery = {
  name: 'IAM calls, the newest 20',
  sql: `SELECT eventtime, eventname, useridentity.arn FROM T WHERE eventsource = 'iam.amazonaws.com' ORDER BY eventtime DESC LIMIT 20`,
  raw: `SELECT r->>'$.eventTime', r->>'$.eventName', r->>'$.userIdentity.arn' FROM raw WHERE (r->>'$.eventSource') = 'iam.amazonaws.com' ORDER BY 1 DESC LIMIT 20`,
};

const jqOfNames: Readonly<Record<string, string>> = {
  'users of the last seven days':
    '.Records[] | select(.eventTime > "2026-10-25T00:00:00Z") | .userIdentity.userName',
  'how often each API was called': '.Records[] | .eventSource + " " + .eventName',
  'denied calls by principal':
    '.Records[] | select(.errorCode == "AccessDenied") | .userIdentity.arn + " " + .eventSource + " " + .eventName',
  'the newest IAM calls':
    '.Records[] | select(.eventSource == "iam.amazonaws.com") | [.eventTime, .eventName, .userIdentity.arn]',
};

/** What is asked while calls are recorded beside it: long, short, of many columns and of few. */
export const queriesBesideCalls: readonly GuideQuery[] = [...all, newestIamCalls];

export async function readGuideQueries(): Promise<GuideQueries> {
  const [athena, lake] = await Promise.all([
    listOf('athena-queries.mjs', 'athenaQueries'),
    listOf('lake-queries.mjs', 'lakeQueries'),
  ]);
  return {
    athena: [...all, ...athena.map(fitted), newestIamCalls],
    lake: [...all, ...lake.map(fitted)],
  };
}

/** @throws Error when the suite has no such list any more */
async function listOf(file: string, name: string): Promise<readonly GuideQuery[]> {
  const path = join(queriesFolder(import.meta.dirname), file);
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  const list = module[name];
  if (!Array.isArray(list) || list.length === 0) throw new Error(`no ${name} in ${file}`);
  return list as GuideQuery[];
}

/** The compiled bench stands somewhere below the project. */
function queriesFolder(from: string): string {
  const folder = join(from, 'conformance/queries');
  if (existsSync(folder)) return folder;
  if (dirname(from) === from) throw new Error('the guide queries are not there: this needs a checkout');
  return queriesFolder(dirname(from));
}

function fitted({ name, sql, raw }: GuideQuery): GuideQuery {
  const jq = jqOfNames[name];
  return {
    name,
    sql: toGenerated(sql).replaceAll('now()', now),
    raw: toGenerated(raw).replaceAll('now()', `TIMESTAMPTZ '2026-11-01 00:00:00+00'`),
    ...(jq !== undefined && { jq }),
  };
}

function toGenerated(text: string): string {
  return generatedNames.reduce((so, [sample, generated]) => so.replaceAll(sample, generated), text);
}

export function overTable({ sql }: GuideQuery, table: string): string {
  return sql.replaceAll(/\bT\b/g, table);
}
