// SPDX-License-Identifier: Apache-2.0
import type { TrailNotices } from '../trail-notices.js';

export interface PublishedNotice {
  readonly topicArn: string;
  readonly trailArn: string;
  readonly s3Bucket: string;
  readonly s3ObjectKey: readonly string[];
}

/** Topics in memory that keep the promise of TrailNotices; `refuse` makes one say no, by SNS's code. */
export class MemoryNotices implements TrailNotices {
  readonly published: PublishedNotice[] = [];
  readonly refuse = new Map<string, string>();
  tries = 0;

  async publish(topicArn: string, trailArn: string, message: string): Promise<void> {
    this.tries++;
    const code = this.refuse.get(topicArn);
    if (code !== undefined) throw Object.assign(new Error(`${code} by the test`), { code });
    const document = JSON.parse(message) as Pick<PublishedNotice, 's3Bucket' | 's3ObjectKey'>;
    this.published.push({ topicArn, trailArn, ...document });
  }

  /** `bucket/key` of every file that a topic was told of, in order. */
  told(topicArn: string): string[] {
    const ofTopic = this.published.filter((notice) => notice.topicArn === topicArn);
    return ofTopic.flatMap(({ s3Bucket, s3ObjectKey }) => s3ObjectKey.map((key) => `${s3Bucket}/${key}`));
  }
}
