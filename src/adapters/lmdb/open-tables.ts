// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../ports/operator-log.js';
import { toDamagedStoreError } from './damaged-store.js';
import { type Environment, openEnvironment, openTable, type Table } from './open-environment.js';

type Tables<Name extends string> = { readonly env: Environment } & Readonly<Record<Name, Table>>;

/**
 * An environment and its tables; closed again where it cannot be used.
 * @param names in the environment, by what the tables are called here
 * @param verify throws where they hold something else than this program reads
 */
export async function openTables<Name extends string>(
  dir: string,
  log: OperatorLog,
  names: Readonly<Record<Name, string>>,
  verify: (tables: Tables<Name>) => void,
): Promise<Tables<Name>> {
  let env: Environment | undefined;
  try {
    env = openEnvironment(dir, log);
    const tables = { env } as { env: Environment } & Record<Name, Table>;
    for (const name in names) Object.assign(tables, { [name]: openTable(env, names[name]) });
    verify(tables);
    return tables;
  } catch (error) {
    await env?.close();
    throw toDamagedStoreError(error, dir);
  }
}
