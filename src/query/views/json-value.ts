// SPDX-License-Identifier: Apache-2.0
import { eventContextMembers } from '../../record/event-context.js';
import { recordColumns, recordParts, resourceMembers } from '../../record/record-columns.js';
import { quoteName, quoteText, type TrinoType, toDuckdbType } from '../dialect/trino-type.js';

/**
 * SQL for a JSON value as a value of a type; NULL for what is of another type, as Hive's JSON readers do.
 * @param json SQL of type JSON
 */
export function jsonValue(json: string, type: TrinoType): string {
  switch (type.kind) {
    case 'varchar':
      return `(${json} ->> '$')`;
    case 'row': {
      const fields = type.fields.map(
        ({ name = '', type: of }) => `${quoteName(name)} := ${jsonValue(member(json, name), of)}`,
      );
      return `CASE WHEN json_type(${json}) = 'OBJECT' THEN struct_pack(${fields.join(', ')}) END`;
    }
    case 'array':
      return `list_transform(try_cast(${json} AS JSON[]), lambda element: ${jsonValue('element', type.element)})`;
    case 'map':
      return `try_cast(${json} AS ${toDuckdbType(type)})`;
    case 'json':
      return json;
    default:
      return `try_cast((${json} ->> '$') AS ${toDuckdbType(type)})`;
  }
}

/** A member by its name in any case: as CloudTrail writes it, or as it was declared. */
export function member(json: string, name: string): string {
  const names = new Set([...(spellings.get(name.toLowerCase()) ?? []), name]);
  const each = Array.from(names, (one) => `(${json} -> ${quoteText(`$.${JSON.stringify(one)}`)})`);
  return each.length === 1 ? (each[0] as string) : `coalesce(${each.join(', ')})`;
}

/** How CloudTrail spells the names of its members, by the name in lower case. */
const spellings = ((): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  const paths = [
    ...Object.values(recordColumns).flatMap((columns) => columns.map(({ path }) => path)),
    ...Object.values(recordParts).flat(),
    [...resourceMembers, 'resources'],
    eventContextMembers,
  ];
  for (const name of paths.flat()) {
    const lower = name.toLowerCase();
    found.set(lower, (found.get(lower) ?? new Set()).add(name));
  }
  return found;
})();
