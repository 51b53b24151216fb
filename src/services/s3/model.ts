// SPDX-License-Identifier: Apache-2.0
import { modelFromClient } from '../../wire/model-from-client.js';
import { sdkClient } from '../../wire/sdk-client.js';

export const s3Model = modelFromClient(sdkClient('@aws-sdk/client-s3'), {
  id: 's3',
  signingNames: ['s3', 's3express'],
  protocols: ['restXml'],
  targetPrefixes: [],
  apiVersion: '2006-03-01',
  xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
  hostLabels: ['s3'],
  // Bodies of objects stream. Of the others a CompleteMultipartUpload with 10,000 parts and their checksums is the
  // largest, about 4 MB; DeleteObjects with 1,000 keys of 1,024 bytes, escaped, may reach 7 MB.
  bodyBytesMax: 8 * 1024 * 1024,
  // S3 answers Expires as it was put, parseable or not; the SDK calls the text ExpiresString.
  headerNames: { ExpiresString: 'Expires' },
});
