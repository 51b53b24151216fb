// SPDX-License-Identifier: Apache-2.0
import { modelFromClient } from '../../wire/model-from-client.js';
import { sdkClient } from '../../wire/sdk-client.js';

/** The SDKs name the short target; the long one stands in the CloudTrail API Reference's examples. */
const target = 'CloudTrail_20131101';

export const cloudtrailModel = modelFromClient(sdkClient('@aws-sdk/client-cloudtrail'), {
  id: 'cloudtrail',
  signingNames: ['cloudtrail'],
  protocols: ['awsJson1_1', 'awsJson1_0'],
  targetPrefixes: [target, `com.amazonaws.cloudtrail.v20131101.${target}`],
  apiVersion: '2013-11-01',
  xmlNamespace: 'http://cloudtrail.amazonaws.com/doc/2013-11-01/',
  hostLabels: ['cloudtrail'],
  // The largest inputs are selectors, dashboards and resource policies: far below this.
  bodyBytesMax: 1024 * 1024,
});
