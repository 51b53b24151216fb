// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../src/ports/event-log.js';
import { recordTexts } from '../src/record/record-texts.js';
import type { CloudTrailRecord } from '../src/record/types.js';
import { benchAccountId, RecordGenerator } from './generate-events.js';

export const benchRegion = 'us-east-1';

/** Every second one is a data event on one of a thousand prefixes. Flat strings, as they come out of the log. */
export function makeRecords(count: number): LoggedRecord[] {
  const generator = new RecordGenerator(1);
  return Array.from({ length: count }, (_, i) => {
    const json = generator.next({ region: benchRegion, eventTimeMs: Date.UTC(2026, 10, 1) + i });
    const isData = i % 2 === 1;
    const text = isData ? toDataEvent(json, i) : json;
    const category = isData ? 'Data' : 'Management';
    return {
      accountId: benchAccountId,
      region: benchRegion,
      category,
      ...recordTexts(JSON.parse(text) as CloudTrailRecord),
    };
  });
}

const objectCalls = ['GetObject', 'PutObject', 'HeadObject', 'DeleteObject', 'ListObjects'];

function toDataEvent(json: string, index: number): string {
  const name = objectCalls[index % objectCalls.length] as string;
  const record = JSON.parse(json) as Record<string, unknown>;
  const bucket = `app-bucket-${index % 1_000}`;
  const key = `in/${index}`;
  return JSON.stringify({
    ...record,
    eventSource: 's3.amazonaws.com',
    eventName: name,
    requestParameters: { bucketName: bucket, Host: 's3.us-east-1.amazonaws.com', key },
    readOnly: !/^(Put|Delete)/.test(name),
    resources: [
      { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` },
      { accountId: benchAccountId, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
    ],
    managementEvent: false,
    eventCategory: 'Data',
  });
}
