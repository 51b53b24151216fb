// SPDX-License-Identifier: Apache-2.0
import { modelFromClient } from '../../wire/model-from-client.js';
import { sdkClient } from '../../wire/sdk-client.js';

export const stsModel = modelFromClient(sdkClient('@aws-sdk/client-sts'), {
  id: 'sts',
  signingNames: ['sts'],
  protocols: ['awsQuery'],
  targetPrefixes: [],
  apiVersion: '2011-06-15',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  hostLabels: ['sts'],
  // A SAML assertion (100,000 characters) percent-encoded is the largest input. Source: STS API Reference.
  bodyBytesMax: 1024 * 1024,
});
