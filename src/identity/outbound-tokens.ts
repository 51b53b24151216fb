// SPDX-License-Identifier: Apache-2.0
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, importPKCS8, type JWTPayload, SignJWT } from 'jose';
import type { IssuerKeyDocument, OutboundFederationDocument, TokenAlgorithm } from './outbound-federation.js';
import type { SecretBox } from './secret-box.js';

const generate = promisify(generateKeyPair);

/** Fresh keys of an issuer, one for each algorithm. Takes some 100 ms, beside the event loop. */
export async function newIssuerKeys(secretBox: SecretBox): Promise<OutboundFederationDocument['keys']> {
  const [rsa, ec] = await Promise.all([
    generate('rsa', { modulusLength: 2_048 }),
    generate('ec', { namedCurve: 'P-384' }),
  ]);
  return {
    RS256: await toDocument(rsa, 'RS256', secretBox),
    ES384: await toDocument(ec, 'ES384', secretBox),
  };
}

type KeyPair = Awaited<ReturnType<typeof generate>>;

async function toDocument(
  { publicKey, privateKey }: KeyPair,
  alg: TokenAlgorithm,
  secretBox: SecretBox,
): Promise<IssuerKeyDocument> {
  const jwk = await exportJWK(publicKey);
  const keyId = await calculateJwkThumbprint(jwk);
  const sealedPrivateKey = secretBox.seal(await exportPKCS8(privateKey), keyId);
  return { keyId, publicKey: { ...jwk, kid: keyId, alg, use: 'sig' }, sealedPrivateKey };
}

/** A token of the issuer. @param payload all claims but `iss` */
export async function signWebIdentityToken(
  { issuerUrl, keys }: OutboundFederationDocument,
  alg: TokenAlgorithm,
  payload: JWTPayload,
  secretBox: SecretBox,
): Promise<string> {
  const { keyId, sealedPrivateKey } = keys[alg];
  const key = await importPKCS8(secretBox.open(sealedPrivateKey, keyId), alg);
  return new SignJWT({ iss: issuerUrl, ...payload })
    .setProtectedHeader({ alg, kid: keyId, typ: 'JWT' })
    .sign(key);
}
