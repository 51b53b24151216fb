// SPDX-License-Identifier: Apache-2.0
// Oracle: what a validator asks of ListPublicKeys: for the time of every digest there is a key that signed it; RSA 2048.
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type LmdbStores, openLmdbStores } from '../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { isSignatureOf, readPublicKey, signText } from '../../digest/digest-signature.js';
import { SecretBox } from '../../identity/secret-box.js';
import { systemClock } from '../../ports/clock.js';
import { digestKeySignsMs, digestKeysOf, digestKeyValidMs } from '../../trails/digest-key.js';
import { SigningKeys } from './signing-keys.js';

let folder: string;
let stores: LmdbStores;
const secretBox = new SecretBox(randomBytes(32));
const small = () => Promise.resolve(generateKeyPairSync('rsa', { modulusLength: 512 }));
const keys = () => new SigningKeys({ ...stores, secretBox, newKeyPair: small });
const dayMs = 86_400_000;
const startMs = Date.parse('2026-11-21T10:00:00Z');

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cairn-digest-keys-'));
  stores = await openLmdbStores(folder, { clock: systemClock });
});
after(async () => {
  await stores.close();
  await rm(folder, { recursive: true });
});

test('a new pair is RSA 2048; it signs what its public key verifies; its secret is sealed', async () => {
  const made = new SigningKeys({ ...stores, secretBox });
  const { fingerprint, privateKey } = await made.keyFor('eu-west-1', { startMs, endMs: startMs });
  const [kept] = digestKeysOf(stores.stateStore, 'eu-west-1');
  assert.equal(kept?.fingerprint, fingerprint);
  const publicKey = readPublicKey(Buffer.from(kept?.publicKey ?? '', 'base64'));
  assert.equal(publicKey.asymmetricKeyDetails?.modulusLength, 2048);
  assert.ok(isSignatureOf('text', signText('text', privateKey), publicKey));
  assert.ok(!JSON.stringify(kept).includes('PRIVATE'));
  const again = await keys().keyFor('eu-west-1', { startMs, endMs: startMs + dayMs });
  assert.equal(again.fingerprint, fingerprint);
});

test('each Region has its own; many that ask at once, also of two nodes, get one', async () => {
  const [one, other] = [keys(), keys()];
  const span = { startMs, endMs: startMs + 3_600_000 };
  const got = await Promise.all(
    [1, 2, 3, 4].flatMap(() => [one.keyFor('us-east-1', span), other.keyFor('us-east-1', span)]),
  );
  assert.equal(new Set(got.map(({ fingerprint }) => fingerprint)).size, 1);
  assert.equal(digestKeysOf(stores.stateStore, 'us-east-1').length, 1);
  const abroad = await one.keyFor('ap-south-1', span);
  assert.notEqual(abroad.fingerprint, got[0]?.fingerprint);
});

test('90 days of digests, made late and out of order: each key is valid at the end of what it signed', async () => {
  const signing = keys();
  for (let day = 0; day < 90; day++) {
    for (const at of [day, Math.max(0, day - 35)]) {
      const endMs = startMs + at * dayMs;
      const { fingerprint } = await signing.keyFor('sa-east-1', { startMs: endMs - 3_600_000, endMs });
      const key = digestKeysOf(stores.stateStore, 'sa-east-1').find((one) => one.fingerprint === fingerprint);
      assert.ok(
        key !== undefined && key.validFromMs <= endMs && endMs < key.validFromMs + digestKeySignsMs,
        `day ${at}`,
      );
      assert.equal(key.validUntilMs - key.validFromMs, digestKeyValidMs);
    }
  }
  assert.equal(digestKeysOf(stores.stateStore, 'sa-east-1').length, 5);
});
