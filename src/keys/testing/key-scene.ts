// SPDX-License-Identifier: Apache-2.0
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbStores } from '../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { SecretBox } from '../../identity/secret-box.js';
import { ManualClock } from '../../ports/clock.js';
import type { EventLog } from '../../ports/event-log.js';
import { START } from '../../ports/event-log.js';
import type { StateStore } from '../../ports/state-store.js';
import type { CloudTrailRecord } from '../../record/types.js';
import { createDataKeys } from '../create-data-keys.js';
import type { DataKeys } from '../data-keys.js';
import { type KeyDocument, keyArn, keyKey } from '../key.js';
import { KeyMaterials } from '../key-material.js';
import { defaultKeyPolicy } from '../key-policy.js';
import { type KeyUpkeepCounts, runKeyUpkeep } from '../key-upkeep.js';

export const account = '111122223333';
export const region = 'us-east-1';
export const dayMs = 86_400_000;

/** Keys over the real log and state in a temporary folder. */
export class KeyScene {
  readonly clock = new ManualClock(Date.parse('2026-11-21T10:00:00Z'));
  readonly dataKeys: DataKeys;
  readonly materials: KeyMaterials;

  private constructor(
    readonly eventLog: EventLog,
    readonly stateStore: StateStore,
    readonly close: () => Promise<void>,
  ) {
    const secretBox = new SecretBox(randomBytes(32));
    this.materials = new KeyMaterials(secretBox);
    this.dataKeys = createDataKeys({ stateStore, eventLog, secretBox, clock: this.clock });
  }

  static async open(): Promise<KeyScene> {
    const dir = mkdtempSync(join(tmpdir(), 'cairn-keys-'));
    const stores = await openLmdbStores(dir, { clock: new ManualClock(0) });
    return new KeyScene(stores.eventLog, stores.stateStore, async () => {
      await stores.close();
      rmSync(dir, { recursive: true, force: true });
    });
  }

  async addKey(facts: Partial<KeyDocument> = {}): Promise<KeyDocument> {
    const place = { accountId: account, region, id: randomUUID(), ...facts };
    const { material } = await this.materials.make(place, 'SYMMETRIC_DEFAULT', { createdAtMs: 1 });
    const key: KeyDocument = {
      manager: 'CUSTOMER',
      spec: 'SYMMETRIC_DEFAULT',
      usage: 'ENCRYPT_DECRYPT',
      description: '',
      state: 'Enabled',
      createdAtMs: 1,
      policy: defaultKeyPolicy(account),
      tags: {},
      materials: [material],
      ...place,
    };
    await this.put(keyKey(key), key);
    return key;
  }

  async put(key: string, value: unknown): Promise<void> {
    await this.eventLog.append({ kind: 'call', records: [], changes: [{ key, value }] });
  }

  change(key: KeyDocument, facts: Partial<KeyDocument>): Promise<void> {
    return this.put(keyKey(key), { ...key, ...facts });
  }

  stored(key: KeyDocument): KeyDocument | undefined {
    return this.stateStore.get<KeyDocument>(keyKey(key))?.value;
  }

  upkeep(): Promise<KeyUpkeepCounts> {
    const { stateStore, eventLog, materials } = this;
    return runKeyUpkeep(this.clock.now(), { stateStore, eventLog, materials });
  }

  /** Every record of the log. */
  async records(): Promise<CloudTrailRecord[]> {
    const entries = await this.eventLog.read(START);
    return entries.flatMap(({ entry }) =>
      entry.kind === 'call' ? entry.records.map(({ json }) => JSON.parse(json) as CloudTrailRecord) : [],
    );
  }
}

export { keyArn };
