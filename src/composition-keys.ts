// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { LocalCairn } from './composition-local.js';
import { createDataKeys } from './keys/create-data-keys.js';
import type { DataKeys } from './keys/data-keys.js';
import { KeyMaterials } from './keys/key-material.js';
import { type KeyUpkeep, startKeyUpkeep } from './pipelines/key-upkeep/start-key-upkeep.js';
import type { OperatorLog } from './ports/operator-log.js';
import type { KmsDependencies } from './services/kms/kms-dependencies.js';

type Local = Pick<LocalCairn, 'stateStore' | 'eventLog' | 'secretBox' | 'clock'>;

/** Keys for those who encrypt: S3's objects, delivered log files, messages. */
export function dataKeysOf(local: Local): DataKeys {
  return createDataKeys(local);
}

export function kmsDependenciesOf({ secretBox }: Local): Omit<KmsDependencies, 'model'> {
  return { materials: new KeyMaterials(secretBox), randomId: randomUUID };
}

export function startKeyUpkeepOf(local: Local, log: OperatorLog): KeyUpkeep {
  return startKeyUpkeep({ ...local, materials: new KeyMaterials(local.secretBox), log });
}
