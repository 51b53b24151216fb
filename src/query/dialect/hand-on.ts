// SPDX-License-Identifier: Apache-2.0
import type { FasterColumn } from '../views/table-view.js';
import { sqlOfColumn } from './scope.js';
import { quoteName } from './trino-type.js';
import type { Typed } from './typed.js';

/** The name of a column, or names of several. */
type FasterWay = string | Readonly<Record<string, string>>;

/**
 * Columns of a query in FROM, behind those that its SELECT names: the faster ways to these. So
 * `SELECT u.username FROM (SELECT useridentity AS u FROM t)` is answered as fast as without the query between. What nobody asks for
 * the engine leaves out.
 */
export class HandOn {
  readonly #items: string[] = [];
  readonly #names = new Map<string, string>();

  /** Of a SELECT list. */
  get items(): readonly string[] {
    return this.#items;
  }

  faster(value: Typed): FasterColumn | undefined {
    const { relation = '', faster = {} } = value.column ?? {};
    const ways: [string, FasterWay][] = Object.entries(faster as Readonly<Record<string, FasterWay>>).map(
      ([way, to]) => [
        way,
        typeof to === 'string' ? this.#name(sqlOfColumn(relation, to)) : this.#each(relation, to),
      ],
    );
    if (value.fields !== undefined)
      ways.push([
        'fields',
        Object.fromEntries(Array.from(value.fields, ([path, sql]) => [path, this.#name(sql)])),
      ]);
    return ways.length > 0 ? Object.fromEntries(ways) : undefined;
  }

  #each(relation: string, columns: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const named = Object.entries(columns).map(([path, name]) => [
      path,
      this.#name(sqlOfColumn(relation, name)),
    ]);
    return Object.fromEntries(named) as Readonly<Record<string, string>>;
  }

  #name(sql: string): string {
    const known = this.#names.get(sql);
    if (known !== undefined) return known;
    const name = `f${this.#names.size + 1}`;
    this.#names.set(sql, name);
    this.#items.push(`${sql} AS ${quoteName(name)}`);
    return name;
  }
}
