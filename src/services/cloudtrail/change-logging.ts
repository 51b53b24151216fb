// SPDX-License-Identifier: Apache-2.0
import type {
  DeleteTrailRequest,
  DeleteTrailResponse,
  StartLoggingRequest,
  StartLoggingResponse,
  StopLoggingRequest,
  StopLoggingResponse,
} from '@aws-sdk/client-cloudtrail';
import type { Handler } from '../service.js';
import { keyOf, resolveAtHome } from './resolve-trail.js';

/** Starting a trail that logs changes nothing: its StartLoggingTime stays that of the real start. */
export const startLogging: Handler<StartLoggingRequest, StartLoggingResponse> = (input, call) => {
  const trail = resolveAtHome(input.Name, call);
  if (!trail.isLogging) {
    call.state.put(keyOf(trail), { ...trail, isLogging: true, startLoggingAtMs: call.receivedAtMs });
  }
  return {};
};

/** What was recorded until now is still delivered. */
export const stopLogging: Handler<StopLoggingRequest, StopLoggingResponse> = (input, call) => {
  const trail = resolveAtHome(input.Name, call);
  if (trail.isLogging) {
    call.state.put(keyOf(trail), { ...trail, isLogging: false, stopLoggingAtMs: call.receivedAtMs });
  }
  return {};
};

/** Log files stay in their bucket, and what was recorded until now is still delivered to it. */
export const deleteTrail: Handler<DeleteTrailRequest, DeleteTrailResponse> = (input, call) => {
  call.state.delete(keyOf(resolveAtHome(input.Name, call)));
  return {};
};
