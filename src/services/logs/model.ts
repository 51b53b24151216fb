// SPDX-License-Identifier: Apache-2.0
import { modelFromClient } from '../../wire/model-from-client.js';
import { sdkClient } from '../../wire/sdk-client.js';

export const logsModel = modelFromClient(sdkClient('@aws-sdk/client-cloudwatch-logs'), {
  id: 'logs',
  signingNames: ['logs'],
  protocols: ['awsJson1_1'],
  targetPrefixes: ['Logs_20140328'],
  apiVersion: '2014-03-28',
  xmlNamespace: '',
  hostLabels: ['logs'],
  // A PutLogEvents batch holds 1 MiB of messages; written as JSON, every one of its bytes may take six (`\u001b`).
  bodyBytesMax: 8 * 1024 * 1024,
});
