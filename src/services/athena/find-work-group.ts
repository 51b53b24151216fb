// SPDX-License-Identifier: Apache-2.0
import { findWorkGroup, primaryWorkGroup, type WorkGroupDocument } from '../../athena/work-group.js';
import type { Call } from '../service.js';
import { invalidRequest } from './athena-errors.js';
import { checkWorkGroupName } from './check-members.js';

/** The work group that a call names, or `primary`. Throws InvalidRequestException. */
export function existingWorkGroup(name: string | undefined, call: Call): WorkGroupDocument {
  const checked = name === undefined ? primaryWorkGroup : checkWorkGroupName(name);
  const found = findWorkGroup(call.state, call, checked);
  if (found === undefined) throw invalidRequest('WorkGroup is not found.');
  return found;
}

/** One in which things may be made and run. */
export function enabledWorkGroup(name: string | undefined, call: Call): WorkGroupDocument {
  const found = existingWorkGroup(name, call);
  if (found.state === 'DISABLED') throw invalidRequest('WorkGroup is disabled.');
  return found;
}
