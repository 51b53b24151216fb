// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query-error.js';

export interface StatementFailure {
  readonly error: QueryError;
  /** For the operator's log, where it is not the caller's fault. */
  readonly detail?: string;
  /** The process can be trusted to go on. */
  readonly isClean: boolean;
}

const detailLengthMax = 500;

/** A table's files could not be opened or read: no fault of the statement. */
export class TableDataError extends Error {
  override readonly name = 'TableDataError';
}

/** What of DuckDB's complaints is no matter of the statement's words: those are the language's to explain. */
export function toFailure(error: unknown, explain: (message: string) => QueryError): StatementFailure {
  if (error instanceof QueryError) return { error, isClean: true };
  const message = error instanceof Error ? error.message : String(error);
  const detail = (error instanceof Error ? (error.stack ?? message) : message).slice(0, detailLengthMax);
  if (/maximum supported string size/.test(message)) return { error: outOfMemory(), isClean: true };
  if (
    /^Out of Memory Error|std::bad_alloc|Array buffer allocation failed|Cannot allocate memory/i.test(message)
  )
    return { error: outOfMemory(), isClean: false };
  if (error instanceof RangeError && /call stack/.test(message))
    return { error: new QueryError('EXCEEDED_LIMIT', 'The statement is nested too deeply.'), isClean: true };
  if (
    error instanceof TableDataError ||
    /^(IO|HTTP|Permission|Connection|Settings|Dependency) Error/.test(message)
  )
    return {
      error: new QueryError('INTERNAL', 'The data of a table could not be read.'),
      detail,
      isClean: true,
    };
  if (/^(INTERNAL|FATAL|Serialization) Error/i.test(message) || !/^[A-Z][A-Za-z ]* Error:/.test(message))
    return {
      error: new QueryError('INTERNAL', 'The query failed inside of the engine.'),
      detail,
      isClean: false,
    };
  return { error: explain(message), isClean: true };
}

/** In Athena's words. Source: Athena User Guide, "Performance tuning in Athena", "Query exhausted resources". */
export function outOfMemory(): QueryError {
  return new QueryError(
    'EXCEEDED_LIMIT',
    'Query exhausted resources at this scale factor: it needs more memory than a query may use.',
  );
}
