// SPDX-License-Identifier: Apache-2.0
import type { ChecksumAlgorithm, ChecksumType } from '@aws-sdk/client-s3';
import type { ObjectInfo } from '../../ports/object-store.js';

/** How an object is checksummed, as listings tell it: which algorithm, over what; not the value. */
export function checksumFacts(info: ObjectInfo): {
  ChecksumAlgorithm?: ChecksumAlgorithm[];
  ChecksumType?: ChecksumType;
} {
  const members = Object.keys(info.attributes.checksums ?? {});
  if (members.length === 0) return {};
  return {
    ChecksumAlgorithm: members.map((member) => member.slice('Checksum'.length) as ChecksumAlgorithm),
    ...(info.attributes.checksumType === undefined
      ? undefined
      : { ChecksumType: info.attributes.checksumType }),
  };
}
