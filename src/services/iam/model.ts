// SPDX-License-Identifier: Apache-2.0
import * as client from '@aws-sdk/client-iam';
import { modelFromClient } from '../../wire/model-from-client.js';

export const iamModel = modelFromClient(client, {
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
