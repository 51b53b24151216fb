// SPDX-License-Identifier: Apache-2.0
import type { TrailDocument } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';

/** A key ID, its ARN, an alias (`alias/…`) or its ARN. */
const keyForm =
  /^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+|alias\/.+|(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))$/;

/**
 * The ARN of the key that a trail's log files are to be encrypted under, found and let in by its policy as AWS checks it.
 * @param keyId as CreateTrail and UpdateTrail take it (KmsKeyId), not empty
 * @param trail as it will be
 */
export function resolveTrailKey(keyId: string, _trail: TrailDocument, _call: Call): string {
  if (!keyForm.test(keyId))
    throw new WireError('InvalidKmsKeyIdException', `KMS key ID ${keyId} is not valid.`);
  throw new WireError('KmsKeyNotFoundException', `KMS key ${keyId} does not exist.`);
}
