// SPDX-License-Identifier: Apache-2.0
import { modelFromClient } from '../../wire/model-from-client.js';
import { sdkClient } from '../../wire/sdk-client.js';

export const snsModel = modelFromClient(sdkClient('@aws-sdk/client-sns'), {
  id: 'sns',
  signingNames: ['sns'],
  protocols: ['awsQuery'],
  targetPrefixes: [],
  apiVersion: '2010-03-31',
  xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  hostLabels: ['sns'],
  // 256 KB of message, each byte percent-encoded, and a policy beside it. Source: SNS API Reference, "Publish".
  bodyBytesMax: 1024 * 1024,
});
