// SPDX-License-Identifier: Apache-2.0
import type {
  GenerateMacRequest,
  GenerateMacResponse,
  VerifyMacRequest,
  VerifyMacResponse,
} from '@aws-sdk/client-kms';
import { KeyError } from '../../keys/data-keys.js';
import { type KeyDocument, keyArn } from '../../keys/key.js';
import { keyAlgorithms, type MacAlgorithm } from '../../keys/key-spec.js';
import { isMacOf, macOf } from '../../keys/mac.js';
import { verifyEnabled, verifyUsage } from '../../keys/usable-key.js';
import type { Call, Handler } from '../service.js';
import { authorizedKey, endDryRun } from './key-request.js';
import type { KmsDependencies } from './kms-dependencies.js';

/** Source: KMS API Reference, "GenerateMac". */
export function generateMacHandler({
  materials,
}: KmsDependencies): Handler<GenerateMacRequest, GenerateMacResponse> {
  return (input, call) => {
    const { key, algorithm } = macKey(input, 'GenerateMac', call);
    const mac = macOf(materials.current(key), input.Message ?? new Uint8Array(), algorithm);
    return { Mac: mac, MacAlgorithm: algorithm, KeyId: keyArn(key) };
  };
}

/** What is no MAC is an error. Source: KMS API Reference, "VerifyMac". */
export function verifyMacHandler({
  materials,
}: KmsDependencies): Handler<VerifyMacRequest, VerifyMacResponse> {
  return (input, call) => {
    const { key, algorithm } = macKey(input, 'VerifyMac', call);
    const { Mac: mac = new Uint8Array(), Message: message = new Uint8Array() } = input;
    if (!isMacOf(mac, materials.current(key), message, algorithm))
      throw new KeyError('KMSInvalidMacException', '');
    return { KeyId: keyArn(key), MacValid: true, MacAlgorithm: algorithm };
  };
}

function macKey(
  input: GenerateMacRequest | VerifyMacRequest,
  operation: string,
  call: Call,
): { readonly key: KeyDocument; readonly algorithm: MacAlgorithm } {
  const algorithm = input.MacAlgorithm as MacAlgorithm;
  const key = authorizedKey(input.KeyId, call, {
    action: `kms:${operation}`,
    context: { 'kms:MacAlgorithm': algorithm },
    byAlias: true,
    acrossAccounts: true,
    grantTokens: input.GrantTokens,
  });
  verifyEnabled(key);
  verifyUsage(key, 'GENERATE_VERIFY_MAC', operation);
  if (!keyAlgorithms(key).mac.includes(algorithm)) {
    const message = `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`;
    throw new KeyError('InvalidKeyUsageException', message);
  }
  endDryRun(input.DryRun);
  return { key, algorithm };
}
