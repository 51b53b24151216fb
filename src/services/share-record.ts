// SPDX-License-Identifier: Apache-2.0
import type { Call } from './service.js';

/** The record of the call is also that of another account: the owner of what it is about. */
export function shareRecord(call: Pick<Call, 'accountId' | 'audit'>, accountId: string): void {
  if (accountId === call.accountId) return;
  call.audit.sharedWith ??= new Set();
  call.audit.sharedWith.add(accountId);
}
