// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed } from '../../identity/access.js';
import type { Call } from '../service.js';
import { peopleNeeds } from './access-people.js';
import { roleAndPolicyNeeds } from './access-roles.js';

/** What a call of IAM needs to be allowed (`Service.access`); undefined for what is not served. */
export function iamAccess(operation: string, input: never, call: Call): readonly AccessNeed[] | undefined {
  return peopleNeeds(operation, input, call) ?? roleAndPolicyNeeds(operation, input, call);
}
