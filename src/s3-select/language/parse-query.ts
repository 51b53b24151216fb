// SPDX-License-Identifier: Apache-2.0
import { expressionBytesMax } from '../limits.js';
import { SelectError } from '../select-error.js';
import { ExpressionParser } from './parse-expression.js';
import { readStep } from './parse-path.js';
import { isAggregate, type Name, type PathStep, type Projection, type Query } from './syntax.js';
import { TokenReader } from './token-reader.js';

/**
 * Reads an expression of S3 Select. Throws SelectError.
 * Source: S3 User Guide, "SQL reference for Amazon S3 Select", SELECT command.
 */
export function parseQuery(expression: string): Query {
  if (Buffer.byteLength(expression) > expressionBytesMax) throw new SelectError('ExpressionTooLong');
  const tokens = new TokenReader(expression);
  const expressions = new ExpressionParser(tokens);
  if (tokens.takeWord('select') === undefined) throw tokens.error('ParseUnsupportedSelect');
  const { projections, starOf } = readProjections(tokens, expressions);
  if (tokens.takeWord('from') === undefined) throw tokens.error('ParseSelectMissingFrom');
  const source = readSource(tokens);
  verifyStar(starOf, source.alias);
  const where = tokens.takeWord('where') === undefined ? undefined : expressions.read();
  if (where !== undefined && isAggregate(where))
    throw new SelectError('UnsupportedSqlStructure', 'WHERE cannot have aggregate functions.');
  const limit = tokens.takeWord('limit') === undefined ? undefined : readLimit(tokens);
  verifyEnd(tokens);
  return {
    projections,
    ...source,
    ...(where === undefined ? {} : { where }),
    ...(limit === undefined ? {} : { limit }),
  };
}

interface SelectList {
  readonly projections: Query['projections'];
  /** Of `s.*`. */
  readonly starOf?: Name;
}

function readProjections(tokens: TokenReader, expressions: ExpressionParser): SelectList {
  if (tokens.isWord('from')) throw tokens.error('ParseEmptySelect');
  if (tokens.isWord('distinct', 'all')) throw tokens.error('UnsupportedSqlStructure');
  if (tokens.takeSymbol('*') !== undefined) {
    if (tokens.isSymbol(',')) throw tokens.error('ParseAsteriskIsNotAloneInSelectList');
    return { projections: '*' };
  }
  const starOf = takeStarOf(tokens);
  if (starOf !== undefined) return { projections: '*', starOf };
  const projections: Projection[] = [];
  do {
    if (tokens.isSymbol('*')) throw tokens.error('ParseAsteriskIsNotAloneInSelectList');
    projections.push(readProjection(tokens, expressions));
  } while (tokens.takeSymbol(',') !== undefined);
  verifyAggregates(projections);
  return { projections };
}

/** `s.*`, which is all there is of the list. */
function takeStarOf(tokens: TokenReader): Name | undefined {
  const [dot, star] = [tokens.peek(1), tokens.peek(2)];
  const isStar = dot.kind === 'symbol' && dot.text === '.' && star.kind === 'symbol' && star.text === '*';
  if (!isStar) return undefined;
  const name = tokens.takeName();
  if (name === undefined) return undefined;
  tokens.next();
  tokens.next();
  if (tokens.isSymbol(',')) throw tokens.error('ParseAsteriskIsNotAloneInSelectList');
  return name;
}

function readProjection(tokens: TokenReader, expressions: ExpressionParser): Projection {
  const expression = expressions.read();
  const alias = readAlias(tokens);
  return { expression, ...(alias === undefined ? {} : { alias: alias.text }) };
}

function readAlias(tokens: TokenReader): Name | undefined {
  if (tokens.takeWord('as') === undefined) return tokens.takeName();
  const alias = tokens.takeName();
  if (alias === undefined) throw tokens.error('ParseExpectedIdentForAlias');
  return alias;
}

/** There are no groups: what is not aggregated has no one value beside what is. */
function verifyAggregates(projections: readonly Projection[]): void {
  const aggregates = projections.filter(({ expression }) => isAggregate(expression));
  const others = projections.filter(
    ({ expression }) => !isAggregate(expression) && expression.kind !== 'literal',
  );
  if (aggregates.length > 0 && others.length > 0)
    throw new SelectError('UnsupportedSqlStructure', 'Aggregates and columns cannot be mixed.');
}

function readSource(tokens: TokenReader): Pick<Query, 'path' | 'alias'> {
  const table = tokens.takeName();
  if (table === undefined || table.text.toLowerCase() !== 's3object')
    throw tokens.error(tokens.isSymbol('(') ? 'UnsupportedSqlStructure' : 'InvalidDataSource');
  const path = readSourcePath(tokens);
  const alias = readAlias(tokens);
  verifySingle(tokens);
  return { path: path ?? [], alias: alias ?? standInAlias(path) };
}

/** Undefined without the wildcard, behind which alone a path may stand. */
function readSourcePath(tokens: TokenReader): PathStep[] | undefined {
  const first = readStep(tokens);
  if (first === undefined) return undefined;
  // "So FROM S3Object and FROM S3Object[*].path are both valid clauses, but FROM S3Object.path is not."
  if (first.kind !== 'elements') throw tokens.error('InvalidKeyPath');
  const path: PathStep[] = [];
  for (let step = readStep(tokens); step !== undefined; step = readStep(tokens)) path.push(step);
  return path;
}

/** "If the path ends in a wildcard rather than a name, then you can use the value _1 to refer to the row." */
function standInAlias(path: readonly PathStep[] | undefined): Name {
  if (path === undefined) return { text: 'S3Object', quoted: false };
  const last = path.at(-1);
  return last?.kind === 'name' ? last.name : { text: '_1', quoted: false };
}

function verifySingle(tokens: TokenReader): void {
  if (tokens.isSymbol(',')) throw tokens.error('MultipleDataSourcesUnsupported');
  if (tokens.isWord('join', 'inner', 'left', 'right', 'full', 'cross', 'natural', 'outer'))
    throw tokens.error('ParseMalformedJoin');
}

function verifyStar(starOf: Name | undefined, alias: Name): void {
  if (starOf === undefined || starOf.text.toLowerCase() === alias.text.toLowerCase()) return;
  throw new SelectError(
    'UnsupportedSqlStructure',
    `"${starOf.text.slice(0, 40)}" is not the name of the rows.`,
  );
}

function readLimit(tokens: TokenReader): number {
  if (tokens.isSymbol('-')) throw tokens.error('EvaluatorNegativeLimit');
  const token = tokens.peek();
  if (token.kind !== 'number' || !/^\d{1,15}$/.test(token.text)) throw tokens.error('ParseExpectedNumber');
  tokens.next();
  return Number(token.text);
}

function verifyEnd(tokens: TokenReader): void {
  tokens.takeSymbol(';');
  if (tokens.peek().kind === 'end') return;
  if (tokens.isWord('group')) throw tokens.error('ParseExpectedIdentForGroupName');
  if (tokens.isWord('order', 'having', 'union', 'intersect', 'except'))
    throw tokens.error('UnsupportedSqlStructure');
  throw tokens.error(tokens.peek().kind === 'word' ? 'ParseUnExpectedKeyword' : 'ParseUnexpectedToken');
}
