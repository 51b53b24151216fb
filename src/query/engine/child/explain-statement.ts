// SPDX-License-Identifier: Apache-2.0
import type { CheckedStatement, QueryStatistics, StatementAnswer } from '../../query-engine.js';
import { QueryError } from '../../query-error.js';
import type { TableColumn } from '../../table-source.js';
import { checkFinalTree } from './check-final-tree.js';
import { filesOf, keysOf, type RunMessage, runStatement, type StatementTalk } from './run-statement.js';
import type { Session } from './session.js';
import { tablesOfStatement } from './statement-conditions.js';
import type { ExplainFacts, StatementLanguage } from './statement-language.js';
import { keyOf, RelationMaker, TableFinder } from './statement-tables.js';

/** Lines of a plan may be long: so many of them fit into a message. */
const rowsAtOnce = 100;

type Facts = Omit<ExplainFacts, 'keyOf'>;

/**
 * Answers EXPLAIN: the statement goes all the way up to where it would be run, over tables without rows, so that whatever is
 * wrong with it is said. EXPLAIN ANALYZE runs it, and keeps its rows to itself.
 */
export async function explainStatement(
  parsed: CheckedStatement,
  message: RunMessage,
  language: StatementLanguage,
  talk: StatementTalk,
  openSession: () => Promise<Session>,
): Promise<QueryStatistics> {
  if (language.explanation === undefined)
    throw new QueryError('NOT_SUPPORTED', 'EXPLAIN is not supported here.');
  const analyzes = parsed.explain?.analyzes === true;
  const [facts, statistics] = analyzes
    ? await analyzed(parsed, message, language, talk, openSession)
    : await planned(parsed, message, language, talk, openSession);
  const answer = language.explanation(parsed, { ...facts, keyOf });
  await show(answer, talk);
  return { ...statistics, rowsReturned: answer.rows.length };
}

async function show({ columns, rows }: StatementAnswer, talk: StatementTalk): Promise<void> {
  await talk.columns(columns);
  for (let from = 0; from < rows.length; from += rowsAtOnce)
    await talk.rows(rows.slice(from, from + rowsAtOnce));
}

async function planned(
  parsed: CheckedStatement,
  message: RunMessage,
  language: StatementLanguage,
  talk: StatementTalk,
  openSession: () => Promise<Session>,
): Promise<[Facts, QueryStatistics]> {
  const startedAt = performance.now();
  const { dialect, limits, nowMs, parameters } = message;
  const tablesOf = tablesOfStatement(language, message, openSession);
  const finder = new TableFinder(language, dialect, talk.resolve, async (statement, where) =>
    (await tablesOf(statement, where)).map((table) => ({ ...table, schemaOnly: true })),
  );
  const tables = await finder.findAll(parsed);
  const session = await openSession();
  try {
    await session.restrict({
      memoryBytesMax: limits.memoryBytesMax,
      threads: 1,
      paths: pathsOf(finder),
      keys: keysOf(filesOf(finder.found)),
    });
    const check = async (sql: string, relations: readonly string[]) =>
      checkFinalTree(await session.serialized(sql), {
        relations: new Set(relations),
        functions: language.functions,
      });
    const maker = new RelationMaker(
      language,
      { dialect, nowMs, parameters },
      { run: (sql) => session.run(sql), check },
    );
    const { sql, columns } = language.translate(parsed, await maker.make(tables), {
      dialect,
      nowMs,
      parameters,
    });
    await check(sql, maker.relations);
    await session.lock(sql);
    // What is wrong with types and groups the engine says before it runs anything.
    await session.run(`EXPLAIN ${sql}`);
    const planningMs = Math.round(performance.now() - startedAt);
    const nothing = { executionMs: 0, bytesScanned: 0, rowsScanned: 0, rowsReturned: 0 };
    return [
      { columns, tables },
      { planningMs, ...nothing },
    ];
  } finally {
    session.close();
  }
}

/** Whoever resolves tables may give files though none are needed. */
function pathsOf({ found }: TableFinder): string[] {
  return found.flatMap(({ source }) =>
    source.kind === 'segments' || source.kind === 'files' ? source.files.map(({ path }) => path) : [],
  );
}

async function analyzed(
  parsed: CheckedStatement,
  message: RunMessage,
  language: StatementLanguage,
  talk: StatementTalk,
  openSession: () => Promise<Session>,
): Promise<[Facts, QueryStatistics]> {
  let columns: readonly TableColumn[] = [];
  let tables: Facts['tables'] = new Map();
  const startedAt = process.cpuUsage();
  const statistics = await runStatement(
    parsed,
    message,
    language,
    {
      ...talk,
      columns: (found) => {
        columns = found;
        return Promise.resolve();
      },
      rows: () => Promise.resolve(),
    },
    openSession,
    (found) => {
      tables = found;
    },
  );
  const { user, system } = process.cpuUsage(startedAt);
  const { planningMs, executionMs, rowsScanned: rowsRead, bytesScanned, rowsReturned } = statistics;
  const figures = { planningMs, executionMs, rowsRead, bytesRead: bytesScanned, rowsReturned };
  return [{ columns, tables, figures: { ...figures, cpuMs: (user + system) / 1_000 } }, statistics];
}
