// SPDX-License-Identifier: Apache-2.0
import { ALLOWED_FUNCTIONS } from '../allowed-functions.js';
import { FUNCTIONS } from '../functions/all-functions.js';
import type { SqlCase } from './sql-case.js';
import { SQL_TOPICS } from './sql-cases.js';
import { ALL_VECTORS } from './vectors/all-vectors.js';
import { KNOWN_DIFFERENCES } from './vectors/known-differences.js';
import type { Vector } from './vectors/vector.js';

const countOf = (isAfter: boolean): number =>
  ALL_VECTORS.filter(({ source }) => source.startsWith('After ') === isAfter).flatMap(
    ({ vectors }) => vectors,
  ).length;

const HEAD = `# SQL

What Athena and CloudTrail Lake understand here: the dialect of [Trino](https://trino.io/docs/current/), read by a parser of
Cairn's own, checked with the types of the tables, and run by DuckDB in a process of its own. This page is written by
\`src/query/dialect/testing/sql-document.ts\` from the cases that the tests run: every line below is a test, and what stands in its
answer is what the statement gives here, executed by DuckDB. Beside these, ${countOf(false)} examples of Trino's documentation and
of the tests of its functions and operators run with the tests (\`src/query/dialect/testing/vectors\`), each with the page or the
test that it comes from, and ${countOf(true)} statements of ours by the rules of such a page or test; what is known to be otherwise here stands below. Nothing was compared with a running Athena.

## What is taken

- One statement at a time. CloudTrail Lake: SELECT, WITH, VALUES and TABLE, at most 10,000 characters. Athena: those, EXPLAIN and EXPLAIN
  ANALYZE of them, the statements about tables below, and PREPARE, EXECUTE, DEALLOCATE PREPARE; at most 262,144 bytes.
- Names are case-insensitive, quoted or not: in double quotes in queries, which refuse backquotes as Athena does, and in
  backquotes in the statements about tables. In Lake an event data store is named by its id or its ARN, quoted or not.
- Types are as strict as Trino's: a number is not compared with a text. Lake compares \`eventTime\` with texts, as its guides do.
- Times have milliseconds and the session's zone is UTC. A zone for \`AT TIME ZONE\` is a literal.
- Columns without an alias are called as the query writes them, in lower case by Athena.
- \`?\` stands for a literal of Athena's execution parameters.
- \`WITH RECURSIVE\` is a UNION of a base and a step, at most 10 levels deep, as in Trino.
- \`json_query\`, \`json_value\`, \`json_exists\` take paths of members and subscripts, lax and strict, and the clauses on wrappers,
  quotes, RETURNING, ON EMPTY and ON ERROR; \`json_table\` takes the same, with one NESTED PATH at a
  level, without PASSING and PLAN.
- Not taken, with an error that says so: CREATE TABLE AS, INSERT, UNLOAD, DELETE, UPDATE, MERGE, NATURAL JOIN (Trino
  refuses it too), MATCH_RECOGNIZE, table functions (\`TABLE(sequence(…))\`), functions that are not in the list at the end.

## EXPLAIN (Athena)

- \`EXPLAIN [(TYPE LOGICAL | DISTRIBUTED | VALIDATE | IO, FORMAT TEXT | JSON)]\` of a query. It goes all the way up to where it would
  be run, with the caller's permissions and over the tables' columns alone: nothing of their data is listed or read. The plan is
  that of the query as it is written, in the words of Trino's plans; what the engine makes of it is not in it, and nothing is
  estimated. A distributed plan has one fragment.
- \`TYPE VALIDATE\` answers \`true\` or fails. \`TYPE IO\` names the tables, those behind views too, with what the query says of each
  column alone.
- \`EXPLAIN ANALYZE [(FORMAT TEXT | JSON)]\` runs the query and keeps its rows: planning, execution and CPU time, rows and bytes that
  were read, rows of the answer, of the whole query.
- Not taken: \`FORMAT GRAPHVIZ\`, \`VERBOSE\`, EXPLAIN of statements that are no queries.

## \`cairn sql\`

- \`cairn sql\` speaks Athena's language, and with \`--dialect lake\` CloudTrail Lake's. It runs what it is given, several
  statements with semicolons between too; without an argument those of standard input, or at a prompt.
- \`\\d\` lists tables, \`\\d NAME\` columns, \`\\x\` shows rows as lists, \`\\o FILE\` writes them into a file, \`\\f\` sets the format,
  \`\\timing\` tells times, \`\\q\` ends: at the prompt and in scripts alike. A script's notes go to standard error, and its first
  statement that fails ends it, with code 1. The answers of several statements come one after another; a Parquet file takes one.

## Statements about tables (Athena)

\`CREATE EXTERNAL TABLE\` (with PARTITIONED BY, ROW FORMAT SERDE or DELIMITED, WITH SERDEPROPERTIES, STORED AS, LOCATION,
TBLPROPERTIES), \`DROP TABLE\`, \`ALTER TABLE … ADD | DROP PARTITION, SET TBLPROPERTIES, SET LOCATION, ADD | REPLACE COLUMNS,
CHANGE COLUMN, PARTITION (…) RENAME TO PARTITION | SET LOCATION\`, \`MSCK REPAIR TABLE\`, \`CREATE [OR REPLACE] VIEW\`, \`DROP VIEW\`,
\`CREATE | DROP DATABASE\`, \`ALTER DATABASE … SET DBPROPERTIES\`, \`SHOW DATABASES | TABLES | VIEWS | COLUMNS | PARTITIONS |
TBLPROPERTIES | CREATE TABLE | CREATE VIEW\`, \`DESCRIBE [EXTENDED | FORMATTED]\` of a table, a partition, a column or what is within it.

Files are read by CloudTrailSerde, the JSON SerDes of Hive and OpenX (\`ignore.malformed.json\`, \`mapping.*\`, and of OpenX
\`dots.in.keys\`, \`case.insensitive\`), OpenCSVSerde (\`separatorChar\`, \`quoteChar\`, \`escapeChar\`), LazySimpleSerDe, RegexSerDe,
GrokSerDe (\`input.format\`, \`input.grokCustomPatterns\`, the patterns of Logstash's list) and as Parquet; ORC, Avro and Ion are
refused with the table. Their hidden columns are \`"$path"\`, \`"$file_size"\` and \`"$file_modified_time"\`. Partitions that WHERE rules
out are neither listed nor read: by keys of text, whole numbers, decimals, dates and timestamps. A work group's limit of data
counts objects of lines by their sizes before they are read, and of Parquet and the history what was read of them.
`;

/** The text of docs/sql.md. */
export function sqlDocument(): string {
  const topics = SQL_TOPICS.map(
    ({ title, page, cases }) =>
      `## ${title}\n\nBy the rules of Trino's pages: ${page}.\n\n| statement | answer |\n| --- | --- |\n${cases.map(caseLine).join('\n')}\n`,
  );
  const names = [...FUNCTIONS.keys()].sort().map((name) => `\`${name}\``);
  const differences = KNOWN_DIFFERENCES.map(
    ({ reason, sql, gives, trino }) =>
      `| ${escaped(reason)} | \`${escaped(sql)}\` | ${answerText(gives)} | ${escaped(trino)} |`,
  );
  const table = `## What differs from Trino\n\n| what | statement | here | Trino |\n| --- | --- | --- | --- |\n${differences.join('\n')}\n`;
  return `${HEAD}\n${table}\n${topics.join('\n')}\n## All functions\n\n${names.length}, and nothing else can be called (${ALLOWED_FUNCTIONS.size} functions of the engine stand behind them):\n${names.join(', ')}.\n`;
}

function answerText(gives: Vector['gives']): string {
  if (gives === null) return 'NULL';
  if (typeof gives !== 'string') return `error: ${escaped(gives.error)}`;
  return gives === '' ? 'the empty text' : `\`${escaped(gives)}\``;
}

function caseLine({ sql, rows, fails }: SqlCase): string {
  const answer = fails
    ? `error: ${fails[1]}`
    : (rows ?? []).map((row) => row.map((cell) => cell ?? 'NULL').join(' · ')).join('<br>');
  return `| \`${escaped(sql)}\` | ${fails || answer === '' ? escaped(answer) : `\`${escaped(answer).replaceAll('<br>', '`<br>`')}\``} |`;
}

/** A line of a table ends its cells at bars, in code too. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
