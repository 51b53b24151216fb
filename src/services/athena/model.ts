// SPDX-License-Identifier: Apache-2.0
import { modelFromClient } from '../../wire/model-from-client.js';
import { sdkClient } from '../../wire/sdk-client.js';

export const athenaModel = modelFromClient(sdkClient('@aws-sdk/client-athena'), {
  id: 'athena',
  signingNames: ['athena'],
  protocols: ['awsJson1_1'],
  targetPrefixes: ['AmazonAthena'],
  apiVersion: '2017-05-18',
  xmlNamespace: '',
  hostLabels: ['athena'],
  // A query string of 262,144 bytes; written as JSON, every one of them may take six (`\u001b`).
  bodyBytesMax: 4 * 1024 * 1024,
});
