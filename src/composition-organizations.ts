// SPDX-License-Identifier: Apache-2.0
import { randomInt, randomUUID } from 'node:crypto';
import type { LocalCairn } from './composition-local.js';
import type { RootKey } from './identity/first-start.js';
import type { RandomText } from './identity/organizations/organization-ids.js';
import { createStandaloneAccount, type WantedAccount } from './identity/standalone-account.js';
import { type AccountJobs, startAccountJobs } from './pipelines/account-jobs/start-account-jobs.js';
import type { OperatorLog } from './ports/operator-log.js';
import type { OrganizationsDependencies } from './services/organizations/organizations-service.js';

const randomText: RandomText = (length, alphabet) =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

export function organizationsDependencies(): Omit<OrganizationsDependencies, 'model'> {
  return { random: randomText };
}

/** How the operator's commands make accounts; their keys are kept in the data directory. */
export function createAccountOf(
  local: Pick<LocalCairn, 'eventLog' | 'stateStore' | 'secretBox' | 'clock' | 'root' | 'directory'>,
): (wanted: WantedAccount) => Promise<RootKey> {
  const { eventLog, stateStore, secretBox, clock, root, directory } = local;
  return (wanted) =>
    createStandaloneAccount(wanted, {
      eventLog,
      stateStore,
      secretBox,
      nowMs: clock.now(),
      random: randomText,
      newId: randomUUID,
      mainAccountId: root.accountId,
      keep: (key) => directory.writeAccountKey(key),
    });
}

/** Makes and closes the accounts that Organizations was asked to. */
export function startAccountJobsOf(
  { eventLog, stateStore, clock }: Pick<LocalCairn, 'eventLog' | 'stateStore' | 'clock'>,
  log: OperatorLog,
): AccountJobs {
  return startAccountJobs({ eventLog, stateStore, clock, log, random: randomText, newId: randomUUID });
}
