// SPDX-License-Identifier: Apache-2.0
import { modelFromClient } from '../../wire/model-from-client.js';
import { sdkClient } from '../../wire/sdk-client.js';

export const iamModel = modelFromClient(sdkClient('@aws-sdk/client-iam'), {
  id: 'iam',
  signingNames: ['iam'],
  protocols: ['awsQuery'],
  targetPrefixes: [],
  apiVersion: '2010-05-08',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  hostLabels: ['iam'],
  // SimulateCustomPolicy takes whole lists of policies (131,072 characters each), percent-encoded.
  bodyBytesMax: 4 * 1024 * 1024,
});
