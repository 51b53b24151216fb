// SPDX-License-Identifier: Apache-2.0
import type { CreateLogStreamRequest, DeleteLogStreamRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { LogStreamDocument } from '../../log-groups/log-group.js';
import { logStreamKey } from '../../log-groups/log-stream-key.js';
import { WireError } from '../../wire/wire-error.js';
import type { Handler } from '../service.js';
import { checkStreamName } from './check-members.js';
import { findGroup, findStream, noteGroup } from './find-group.js';
import type { LogsDependencies } from './logs-dependencies.js';

/** Source: CloudWatch Logs API Reference, "CreateLogStream". */
export function createLogStreamHandler({
  randomId,
}: Pick<LogsDependencies, 'randomId'>): Handler<CreateLogStreamRequest> {
  return (input, call) => {
    const name = checkStreamName(input.logStreamName);
    const group = findGroup(input.logGroupName, call);
    noteGroup(group, call);
    const key = logStreamKey(group.id, name);
    if (call.state.get(key) !== undefined)
      throw new WireError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    const stream: LogStreamDocument = { id: randomId(), name, createdAtMs: call.receivedAtMs };
    call.state.put(key, stream);
    return {};
  };
}

/** The events go with the stream's id: they are removed in the background. */
export const deleteLogStream: Handler<DeleteLogStreamRequest> = (input, call) => {
  const group = findGroup(input.logGroupName, call);
  noteGroup(group, call);
  call.state.delete(logStreamKey(group.id, findStream(group, input.logStreamName, call).name));
  return {};
};
