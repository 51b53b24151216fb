// SPDX-License-Identifier: Apache-2.0
import type { SampleQuery } from './sample-query.js';

export const activityQueries: readonly SampleQuery[] = [
  {
    name: 'Events of applications by source',
    description:
      'How many events each application outside of AWS has sent in the past week. For event data stores of integrations.',
    sql: `SELECT eventData.eventSource, count(*) AS events
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY eventData.eventSource
ORDER BY events DESC`,
  },
  {
    name: 'Failed actions in applications',
    description:
      'Actions in applications outside of AWS that ended in an error. For event data stores of integrations.',
    sql: `SELECT eventTime, eventData.eventSource, eventData.eventName, eventData.userIdentity.principalId, eventData.errorCode
FROM $EDS_ID
WHERE eventData.errorCode IS NOT NULL
  AND eventTime > date_add('day', -7, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'What one person did in applications',
    description:
      'All actions of one principal in applications outside of AWS; replace the principal by the one you look for. For event data stores of integrations.',
    sql: `SELECT eventTime, eventData.eventSource, eventData.eventName, eventData.sourceIPAddress
FROM $EDS_ID
WHERE eventData.userIdentity.principalId = 'alice@example.com'
ORDER BY eventTime DESC`,
  },
  {
    name: 'Application activity by channel',
    description:
      'Which channels have brought how many events, and when the latest came. For event data stores of integrations.',
    sql: `SELECT metadata.channelARN, count(*) AS events, max(eventTime) AS latest
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
GROUP BY metadata.channelARN
ORDER BY events DESC`,
  },
  {
    name: 'Most common actions in applications',
    description:
      'The actions that users of applications outside of AWS do most often. For event data stores of integrations.',
    sql: `SELECT eventData.eventSource, eventData.eventName, count(*) AS events
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY eventData.eventSource, eventData.eventName
ORDER BY events DESC
LIMIT 20`,
  },
];
