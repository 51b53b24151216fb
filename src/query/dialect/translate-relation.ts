// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import type { Identifier, Relation, Sample } from './ast.js';
import { type OutputColumn, relationOver, renamed } from './output-columns.js';
import { Scope, type ScopeColumn, type ScopeRelation } from './scope.js';
import type { QueryTranslator } from './translate-query.js';
import {
  BIGINT,
  commonType,
  fieldName,
  parseTrinoType,
  printTrinoType,
  quoteName,
  quoteText,
  type TrinoType,
  toDuckdbType,
} from './trino-type.js';
import type { Typed } from './typed.js';

export interface TranslatedRelation {
  readonly sql: string;
  readonly relations: readonly ScopeRelation[];
}

/** @param before what stands left of it in FROM: LATERAL and UNNEST see it */
export function translateRelation(
  translator: QueryTranslator,
  relation: Relation,
  before: readonly ScopeRelation[],
  outer: Scope | undefined,
): TranslatedRelation {
  switch (relation.kind) {
    case 'table':
      return tableRelation(translator, relation);
    case 'withName': {
      const found = translator.withQuery(relation.name);
      if (!found) throw new QueryError('TABLE_NOT_FOUND', `Table '${relation.name}' does not exist`);
      return named(translator, quoteName(found.sqlName), found.columns, relation, relation.name);
    }
    case 'query': {
      const { query, lateral } = relation;
      const inner = translator.query(query, lateral ? new Scope(before, outer) : outer, !lateral);
      return named(
        translator,
        `${relation.lateral ? 'LATERAL ' : ''}(${inner.sql})`,
        inner.columns,
        relation,
        undefined,
      );
    }
    case 'unnest':
      return unnest(translator, relation, new Scope(before, outer));
    case 'join':
      return join(translator, relation, before, outer);
  }
}

/** Source: Trino, "Hive connector" (metadata columns). */
const HIDDEN_COLUMNS: ReadonlyMap<string, TrinoType> = new Map([
  ['$path', { kind: 'varchar' }],
  ['$file_size', BIGINT],
  ['$file_modified_time', parseTrinoType('timestamp(3) with time zone')],
]);

function tableRelation(
  translator: QueryTranslator,
  { table, as, sample }: Extract<Relation, { kind: 'table' }>,
): TranslatedRelation {
  const { view, schema } = translator.table(table);
  const relation = translator.nextName('t');
  const sqlOf = (name: string): string => `${quoteName(relation)}.${quoteName(name)}`;
  const names = renamed(
    schema.columns.map(({ name, type }) => ({ name, type: parseTrinoType(type) })),
    as?.columns ?? [],
    table.table,
  );
  const columns = names.map(({ name, type }, index): ScopeColumn => {
    const own = schema.columns[index]?.name as string;
    const faster = schema.faster[own.toLowerCase()];
    return { name, type, relation, sql: sqlOf(own), ...(faster && { faster }) };
  });
  // Athena's "$path" is found by its name, though `*` does not show it.
  const hidden = schema.hidden.flatMap((name): ScopeColumn[] => {
    const type = HIDDEN_COLUMNS.get(name);
    return type === undefined ? [] : [{ name, type, relation, sql: sqlOf(name), hidden: true }];
  });
  const scope: ScopeRelation = {
    ...(as ? { alias: as.alias.name.toLowerCase() } : { table }),
    columns: [...columns, ...hidden],
  };
  return { sql: `${quoteName(view)} AS ${quoteName(relation)}${sampleOf(sample)}`, relations: [scope] };
}

function sampleOf(sample: Sample | undefined): string {
  if (!sample) return '';
  if (!(Number(sample.percent) <= 100))
    throw new QueryError('SYNTAX_ERROR', 'Sample percentage must be between 0 and 100');
  return ` TABLESAMPLE ${sample.method.toUpperCase()} (${sample.percent} PERCENT)`;
}

function named(
  translator: QueryTranslator,
  sql: string,
  columns: readonly OutputColumn[],
  {
    as,
    sample,
  }: { readonly as?: { alias: Identifier; columns: readonly Identifier[] }; readonly sample?: Sample },
  ownName: string | undefined,
): TranslatedRelation {
  const relation = translator.nextName('q');
  const alias = as?.alias.name ?? ownName;
  const shown = renamed(columns, as?.columns ?? [], alias ?? 'the subquery');
  return {
    sql: `${sql} AS ${quoteName(relation)}${sampleOf(sample)}`,
    relations: [relationOver(relation, shown, alias)],
  };
}

/**
 * UNNEST side by side, filled up with NULLs: an array gives a column, an array of rows a column for each field, a map two;
 * then the ordinality (Trino, "SELECT": UNNEST).
 */
function unnest(
  translator: QueryTranslator,
  relation: Extract<Relation, { kind: 'unnest' }>,
  scope: Scope,
): TranslatedRelation {
  const inner: string[] = [];
  const outer: string[] = [];
  const columns: OutputColumn[] = [];
  const lengths: string[] = [];
  // One name for an array of rows: the row itself, as guides that are older than Trino have it.
  const isWhole = relation.as?.columns.length === relation.args.length + (relation.ordinality ? 1 : 0);
  const push = (sql: string, type: TrinoType, name?: string): void => {
    columns.push({ name, type });
    outer.push(`${sql} AS ${quoteName(`c${columns.length}`)}`);
  };
  for (const [index, argument] of relation.args.entries()) {
    const value = translator.expressions.translate(argument, scope);
    const source = quoteName(`u${index + 1}`);
    inner.push(`unnest(${listOf(translator, relation, value)}) AS ${source}`);
    lengths.push(
      value.type.kind === 'map' ? `coalesce(cardinality(${value.sql}), 0)` : `coalesce(len(${value.sql}), 0)`,
    );
    const { type } = value;
    if (type.kind === 'map') {
      push(`struct_extract(${source}, 'key')`, type.key);
      push(`struct_extract(${source}, 'value')`, type.value);
    } else if (
      type.kind === 'array' &&
      type.element.kind === 'row' &&
      !(isWhole && type.element.fields.length > 1)
    ) {
      for (const [place, field] of type.element.fields.entries())
        push(`struct_extract(${source}, ${quoteText(fieldName(field, place))})`, field.type, field.name);
    } else if (type.kind === 'array') push(source, type.element);
  }
  if (relation.ordinality) {
    inner.push(
      `unnest(generate_series(1, CAST(${lengths.length === 1 ? lengths[0] : `greatest(${lengths.join(', ')})`} AS BIGINT))) AS "ordinality"`,
    );
    push('"ordinality"', BIGINT);
  }
  const from = quoteName(translator.nextName('u'));
  return named(
    translator,
    `LATERAL (SELECT ${outer.join(', ')} FROM (SELECT ${inner.join(', ')}) AS ${from})`,
    columns,
    relation,
    undefined,
  );
}

function listOf(translator: QueryTranslator, relation: Relation, { sql, type }: Typed): string {
  if (type.kind === 'map') return `map_entries(${sql})`;
  if (type.kind === 'array')
    return type.element.kind === 'row' ? `CAST(${sql} AS ${toDuckdbType(type)})` : sql;
  throw translator.expressions.fail(relation, `Cannot unnest type: ${printTrinoType(type)}`);
}

function join(
  translator: QueryTranslator,
  relation: Extract<Relation, { kind: 'join' }>,
  before: readonly ScopeRelation[],
  outer: Scope | undefined,
): TranslatedRelation {
  const left = translateRelation(translator, relation.left, before, outer);
  const right = translateRelation(translator, relation.right, [...before, ...left.relations], outer);
  const relations = [...left.relations, ...right.relations];
  const rightSql = relation.right.kind === 'join' ? `(${right.sql})` : right.sql;
  if (relation.type === 'cross') return { sql: `${left.sql} CROSS JOIN ${rightSql}`, relations };
  const word = relation.type.toUpperCase();
  if (relation.using) return using(translator, relation, left, { ...right, sql: rightSql }, word);
  const on = relation.on
    ? translator.expressions.condition(relation.on, new Scope([...before, ...relations], outer))
    : 'true';
  return { sql: `${left.sql} ${word} JOIN ${rightSql} ON ${on}`, relations };
}

/** JOIN … USING shows each of its columns once, before all others. */
function using(
  translator: QueryTranslator,
  relation: Extract<Relation, { kind: 'join' }>,
  left: TranslatedRelation,
  right: TranslatedRelation,
  word: string,
): TranslatedRelation {
  const names = relation.using ?? [];
  const merged: ScopeColumn[] = [];
  const conditions = names.map((name) => {
    const a = new Scope(left.relations).find([name]);
    const b = new Scope(right.relations).find([name]);
    if (typeof a === 'string' || typeof b === 'string')
      throw translator.expressions.fail(relation, `Column '${name.name}' is missing from a side of the join`);
    const type = commonType(a.type, b.type);
    if (!type)
      throw translator.expressions.fail(
        relation,
        `Cannot join ${printTrinoType(a.type)} with ${printTrinoType(b.type)}`,
      );
    merged.push({ name: name.name, type, relation: '', sql: `coalesce(${a.sql}, ${b.sql})` });
    return `${a.sql} = ${b.sql}`;
  });
  const used = new Set(names.map(({ name }) => name.toLowerCase()));
  const hide = ({ columns, ...rest }: ScopeRelation): ScopeRelation => ({
    ...rest,
    columns: columns.map((column) =>
      used.has(column.name?.toLowerCase() ?? '') ? { ...column, hidden: true } : column,
    ),
  });
  return {
    sql: `${left.sql} ${word} JOIN ${right.sql} ON ${conditions.join(' AND ')}`,
    relations: [{ columns: merged }, ...[...left.relations, ...right.relations].map(hide)],
  };
}
