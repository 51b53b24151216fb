// SPDX-License-Identifier: Apache-2.0
import { WireError } from '../../wire/wire-error.js';
import type { LargeBody } from '../service.js';
import type { AuditBatchFacts } from './audit-batch.js';
import type { AuditBatchThread } from './audit-batch-thread.js';
import { batchFacts, type PutAuditEventsInput } from './put-audit-events.js';

/**
 * The input of a large request with its events read by the thread. Whether there is such a channel, and whether the caller may put
 * events into it, is not asked here but once they are read: by the state as it is then.
 */
export function readAuditEventsBeside(
  { input, bytes, ...call }: LargeBody,
  thread: Pick<AuditBatchThread, 'read'>,
):
  | Promise<{ readonly input: Readonly<Record<string, unknown>> } | { readonly bytes: Uint8Array }>
  | undefined {
  const { channelArn, externalId } = input as PutAuditEventsInput;
  const facts = channelArn === undefined ? undefined : factsOf(channelArn, call);
  const reading = facts === undefined ? undefined : thread.read(bytes, facts);
  return reading?.then((read) => {
    if ('bytes' in read) return read;
    const whole: PutAuditEventsInput = {
      batch: read.batch,
      ...(channelArn === undefined ? undefined : { channelArn }),
      ...(externalId === undefined ? undefined : { externalId }),
    };
    return { input: { ...whole } };
  });
}

/** Undefined for what is no channel's name: the handler says so. */
function factsOf(
  channelArn: string,
  call: Pick<LargeBody, 'accountId' | 'region' | 'receivedAtMs'>,
): AuditBatchFacts | undefined {
  try {
    return batchFacts(channelArn, call);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
