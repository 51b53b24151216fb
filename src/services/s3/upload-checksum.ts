// SPDX-License-Identifier: Apache-2.0
import type { ObjectAttributes, ObjectInfo } from '../../ports/object-store.js';
import { type ChecksumAlgorithm, checksumAlgorithms, startChecksum } from '../../wire/body/checksums.js';
import { combineCrcs, isCrc } from './combine-crc.js';
import { s3Error } from './s3-error.js';
import { checksumMember, knownName, type WantedChecksum } from './upload-body.js';

/** What a multipart upload promised when it began: an algorithm, and whether over the whole object or over its parts. */
export interface UploadChecksum {
  readonly name: ChecksumAlgorithm;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

/** Source: S3 User Guide, "Checking object integrity in Amazon S3": which algorithm goes with which type. */
export function uploadChecksum(
  algorithm: string | undefined,
  type: string | undefined,
): UploadChecksum | undefined {
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw s3Error(
      'InvalidRequest',
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  const name = knownName(algorithm);
  const wanted = type ?? (name === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (wanted === 'FULL_OBJECT' && isCrc(name)) return { name, type: wanted };
  if (wanted === 'COMPOSITE' && name !== 'CRC64NVME') return { name, type: wanted };
  throw s3Error(
    'InvalidRequest',
    `The ${wanted} checksum type cannot be used with the ${name.toLowerCase()} checksum algorithm.`,
  );
}

/** Kept with the upload's object as a checksum without a value: it becomes the finished object's. */
export function toUploadAttributes(checksum: UploadChecksum | undefined): ObjectAttributes {
  return checksum === undefined
    ? {}
    : { checksums: { [checksumMember(checksum.name)]: '' }, checksumType: checksum.type };
}

export function checksumOfUpload(upload: ObjectInfo): UploadChecksum | undefined {
  const { checksums = {}, checksumType: type } = upload.attributes;
  const name = checksumAlgorithms.find((algorithm) => Object.hasOwn(checksums, checksumMember(algorithm)));
  return name === undefined || type === undefined ? undefined : { name, type };
}

/** The checksum of a part: what the upload promised, whether the part's request brought it or not. */
export function partChecksum(
  upload: ObjectInfo,
  sent: WantedChecksum | undefined,
): WantedChecksum | undefined {
  const promised = checksumOfUpload(upload);
  if (promised === undefined || sent?.name === promised.name) return sent;
  if (sent === undefined) return { name: promised.name };
  const message = `Checksum Type mismatch occurred, expected checksum Type: ${promised.name.toLowerCase()}, actual checksum Type: ${sent.name.toLowerCase()}`;
  throw s3Error('InvalidRequest', message);
}

/** The finished object's checksum, from the parts' own. `sent` is what the client expects of it. */
export function completedChecksum(
  upload: ObjectInfo,
  parts: readonly ObjectInfo[],
  sent: WantedChecksum | undefined,
): ObjectAttributes {
  const promised = checksumOfUpload(upload) ?? defaultChecksum(parts);
  if (promised === undefined) return {};
  const member = checksumMember(promised.name);
  const values = parts.map((part) => ({ value: part.attributes.checksums?.[member] ?? '', size: part.size }));
  const value =
    promised.type === 'FULL_OBJECT' && isCrc(promised.name)
      ? combineCrcs(promised.name, values)
      : compositeChecksum(
          promised.name,
          values.map((part) => part.value),
        );
  if (sent?.name === promised.name && sent.value !== undefined && sent.value !== value.replace(/-\d+$/, '')) {
    throw s3Error(
      'BadDigest',
      `The ${promised.name.toLowerCase()} you specified did not match the calculated checksum.`,
    );
  }
  return { checksums: { [member]: value }, checksumType: promised.type };
}

/** S3 adds a CRC-64 of its own where nothing was asked for; the parts have it from the wire layer then. */
function defaultChecksum(parts: readonly ObjectInfo[]): UploadChecksum | undefined {
  const hasOwn = parts.every((part) => part.attributes.checksums?.ChecksumCRC64NVME !== undefined);
  return hasOwn ? { name: 'CRC64NVME', type: 'FULL_OBJECT' } : undefined;
}

/** `value-of-the-parts'-values-N`, as S3 writes a COMPOSITE checksum. */
function compositeChecksum(name: ChecksumAlgorithm, values: readonly string[]): string {
  const running = startChecksum(name);
  for (const value of values) running.update(Buffer.from(value, 'base64'));
  return `${running.digest()}-${values.length}`;
}
