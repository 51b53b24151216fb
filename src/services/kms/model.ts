// SPDX-License-Identifier: Apache-2.0
import { modelFromClient } from '../../wire/model-from-client.js';
import { sdkClient } from '../../wire/sdk-client.js';

export const kmsModel = modelFromClient(sdkClient('@aws-sdk/client-kms'), {
  id: 'kms',
  signingNames: ['kms'],
  protocols: ['awsJson1_1'],
  targetPrefixes: ['TrentService'],
  apiVersion: '2014-11-01',
  xmlNamespace: 'https://trent.amazonaws.com/doc/2014-11-01/',
  hostLabels: ['kms'],
  // An attestation document (262,144 bytes) in base64, or a policy of 131,072 characters, escaped. Source: KMS API Reference.
  bodyBytesMax: 1024 * 1024,
});
