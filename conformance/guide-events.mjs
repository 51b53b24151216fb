// SPDX-License-Identifier: Apache-2.0
// Events with the dates, names and stacks that the guides' commands ask for.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const account = '123456789012';
const username = 'guide-user';

function event(
  number,
  { time, source, name, readOnly = false, requestParameters = null, user = 'somebody-else' },
) {
  const hex = createHash('sha256').update(`guide-event-${number}`).digest('hex');
  const eventID = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return {
    eventVersion: '1.05',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLEEXAMPLEEX1',
      arn: `arn:aws:iam::${account}:user/${user}`,
      accountId: account,
      userName: user,
    },
    eventTime: time,
    eventSource: source,
    eventName: name,
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.10',
    userAgent: 'console.amazonaws.com',
    requestParameters,
    responseElements: null,
    eventID,
    readOnly,
    eventType: 'AwsApiCall',
    recipientAccountId: account,
  };
}

function guideEvents() {
  const stack = (time, stackName) => ({
    time,
    source: 'cloudformation.amazonaws.com',
    name: 'CreateStack',
    requestParameters: { stackName },
  });
  const terminate = (time, id) => ({
    time,
    source: 'ec2.amazonaws.com',
    name: 'TerminateInstances',
    requestParameters: { instancesSet: { items: [{ instanceId: id }] } },
  });
  const drafts = [
    stack('2017-06-01T12:59:59Z', 'too-early-stack'),
    stack('2017-06-01T13:00:00Z', 'early-stack'),
    stack('2017-06-02T17:00:00Z', 'late-stack'),
    stack('2017-06-02T17:00:01Z', 'too-late-stack'),
    terminate('2018-03-04T05:06:07Z', 'i-0000000000000000a'),
    terminate('2018-03-05T05:06:07Z', 'i-0000000000000000b'),
    terminate('2019-11-30T23:59:59Z', 'i-0000000000000000c'),
  ];
  for (let hour = 0; hour < 7; hour += 1) {
    drafts.push({
      time: `2019-12-01T0${hour}:30:00Z`,
      source: 'ec2.amazonaws.com',
      name: 'DescribeInstances',
      readOnly: true,
    });
  }
  drafts.push({
    time: '2019-12-02T00:00:01Z',
    source: 'ec2.amazonaws.com',
    name: 'DescribeInstances',
    readOnly: true,
  });
  drafts.push({
    time: '2017-05-31T23:59:59Z',
    source: 'iam.amazonaws.com',
    name: 'ListUsers',
    readOnly: true,
    user: username,
  });
  for (let minute = 0; minute < 60; minute += 1) {
    const mm = String(minute).padStart(2, '0');
    drafts.push({
      time: `2017-06-01T00:${mm}:00Z`,
      source: 'iam.amazonaws.com',
      name: 'ListUsers',
      readOnly: true,
      user: username,
    });
  }
  for (let second = 0; second < 60; second += 1) {
    const ss = String(second).padStart(2, '0');
    drafts.push({
      time: `2016-05-01T00:00:${ss}Z`,
      source: 'ec2.amazonaws.com',
      name: 'DescribeVpcs',
      readOnly: true,
    });
  }
  return drafts.map((draft, number) => event(number, draft));
}

/** Writes two log files below `folder`; answers how many events they hold. */
export function writeGuideEvents(folder) {
  const events = guideEvents();
  const day = join(folder, 'AWSLogs', account, 'CloudTrail', 'us-east-1', '2019', '12', '01');
  mkdirSync(day, { recursive: true });
  const half = Math.floor(events.length / 2);
  writeFileSync(join(day, 'first.json.gz'), gzipSync(JSON.stringify({ Records: events.slice(0, half) })));
  writeFileSync(join(day, 'second.json'), JSON.stringify({ Records: events.slice(half) }));
  return { count: events.length, username, ofUser: 61 };
}
