// SPDX-License-Identifier: Apache-2.0
// Oracle: requests signed by the tests' own signer; the verification itself has its suite in src/wire/sigv4/.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AccessKeyDocument, accessKeyKey } from '../identity/access-keys.js';
import { parseAuthorization } from '../wire/sigv4/parse-authorization.js';
import type { SignatureClaim } from '../wire/sigv4/signature-claim.js';
import { SignatureFailure } from '../wire/sigv4/signature-failure.js';
import {
  accessKeyId,
  accountId,
  authenticatorOf,
  MemoryStores,
  nowMs,
  signedRequest,
  wireRequest,
} from './testing/scene.js';

const bodySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function scene(change: Parameters<typeof signedRequest>[0] = { service: 'cairn' }) {
  const stores = new MemoryStores();
  const authenticator = authenticatorOf(stores);
  const request = wireRequest(signedRequest(change));
  const claim = parseAuthorization(request);
  assert.ok(claim !== undefined);
  const options = { style: 'default', signingNames: ['cairn'], bodySha256, nowMs } as const;
  const authenticate = (changed: Partial<SignatureClaim> = {}) =>
    authenticator.authenticate(request, { ...claim, ...changed }, options);
  return { stores, authenticator, claim, authenticate };
}

const isFault = (code: string) => (error: unknown) =>
  error instanceof SignatureFailure && error.fault.code === code;

describe('a signature', () => {
  test('names its principal and Region', () => {
    const { principal, region } = scene({ service: 'cairn', region: 'eu-west-1' }).authenticate();
    assert.deepEqual([principal, region], [{ kind: 'root', accountId, accessKeyId }, 'eu-west-1']);
  });

  test('of a key that was made inactive, or taken away, names nobody at once', () => {
    const { stores, authenticator, claim, authenticate } = scene();
    authenticate();
    authenticator.verifyKnown(claim);
    const key = stores.stateStore.get<AccessKeyDocument>(accessKeyKey(accessKeyId))?.value;
    stores.put(accessKeyKey(accessKeyId), { ...key, status: 'Inactive' });
    assert.throws(() => authenticate(), isFault('unknownAccessKey'));
    assert.throws(() => authenticator.verifyKnown(claim), isFault('unknownAccessKey'));
  });

  test('of a key id that cannot be one reaches no store', () => {
    const { authenticator, claim } = scene();
    for (const odd of ['', '../../root', 'x'.repeat(1_000), 'AKIAIOSFODNN7EXAMPLE\n']) {
      assert.throws(
        () => authenticator.verifyKnown({ ...claim, accessKeyId: odd }),
        isFault('unknownAccessKey'),
      );
    }
  });

  test('with another secret, for another service, or of another body does not hold', () => {
    assert.throws(
      () => scene({ service: 'cairn', secretAccessKey: 'guessed' }).authenticate(),
      isFault('mismatch'),
    );
    assert.throws(() => scene({ service: 'sts' }).authenticate(), isFault('wrongService'));
    assert.throws(() => scene({ service: 'cairn', body: 'x' }).authenticate(), isFault('mismatch'));
    assert.throws(
      () => scene({ service: 'cairn', region: 'mars-north-1' }).authenticate(),
      isFault('wrongRegion'),
    );
  });

  test('of a long-lived key has no session token', () => {
    assert.throws(() => scene().authenticate({ sessionToken: 'of others' }), isFault('invalidSessionToken'));
    scene().authenticate({ sessionToken: '' });
  });
});
