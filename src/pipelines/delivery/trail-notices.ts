// SPDX-License-Identifier: Apache-2.0

/** Tells the subscribers of a trail's topic that log files arrived. */
export interface TrailNotices {
  /**
   * Puts a message for a topic where it survives a crash; resolves then, not when subscribers have it. Rejects when the
   * topic is gone or its policy no longer lets CloudTrail publish (the error's `code` is SNS's), or when there is no room.
   * @param trailArn the source, for `aws:SourceArn` in the topic's policy
   */
  publish(topicArn: string, trailArn: string, message: string): Promise<void>;
}
