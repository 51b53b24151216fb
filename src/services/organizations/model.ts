// SPDX-License-Identifier: Apache-2.0
import { modelFromClient } from '../../wire/model-from-client.js';
import { sdkClient } from '../../wire/sdk-client.js';

export const organizationsModel = modelFromClient(sdkClient('@aws-sdk/client-organizations'), {
  id: 'organizations',
  signingNames: ['organizations'],
  protocols: ['awsJson1_1'],
  targetPrefixes: ['AWSOrganizationsV20161128'],
  apiVersion: '2016-11-28',
  xmlNamespace: 'http://organizations.amazonaws.com/doc/2016-11-28/',
  hostLabels: ['organizations'],
  bodyBytesMax: 1024 * 1024,
});
