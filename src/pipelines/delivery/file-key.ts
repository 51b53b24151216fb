// SPDX-License-Identifier: Apache-2.0
import { type DataKey, type DataKeys, KeyError } from '../../keys/data-keys.js';
import { cloudTrailEncryptionContext } from '../../keys/encryption-context.js';
import type { LogFileUpload, UploadOutcome } from './log-destination.js';

/** The context that the data key of a delivered object is bound to. */
export function fileEncryptionContext({
  trailArn,
  bucket,
  key,
}: Pick<LogFileUpload, 'trailArn' | 'bucket' | 'key'>): Readonly<Record<string, string>> {
  return cloudTrailEncryptionContext(trailArn, `arn:aws:s3:::${bucket}/${key}`);
}

/**
 * A data key for one file, asked for by CloudTrail on the trail's account, as its key policy has it.
 * Source: CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail".
 * @returns the key, or why there is none: nothing was stored then
 */
export async function dataKeyFor(
  upload: LogFileUpload,
  kmsKeyArn: string,
  dataKeys: DataKeys | undefined,
): Promise<DataKey | Extract<UploadOutcome, { kind: 'refused' }>> {
  if (dataKeys === undefined)
    return { kind: 'refused', code: 'KMS.NotFoundException', message: 'there are no KMS keys here' };
  try {
    return await dataKeys.generate(kmsKeyArn, fileEncryptionContext(upload), {
      principal: { kind: 'service', service: 'cloudtrail.amazonaws.com' },
      accountId: arnPart(upload.trailArn, 4),
      region: arnPart(kmsKeyArn, 3),
      sourceArn: upload.trailArn,
    });
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    return { kind: 'refused', code: s3Code(error.code), message: error.message };
  }
}

/** KMS's code as S3 passes it on: `KMS.DisabledException`, `KMS.KMSInvalidStateException`; a policy's no is AccessDenied. */
function s3Code(code: string): string {
  return code === 'AccessDeniedException' ? 'AccessDenied' : `KMS.${code}`;
}

function arnPart(arn: string, index: number): string {
  return arn.split(':')[index] ?? '';
}
