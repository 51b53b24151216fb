// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import type { GenerateCredentialReportResponse, GetCredentialReportResponse } from '@aws-sdk/client-iam';
import { type AccessKeyDocument, accessKeyKey } from '../../../identity/access-keys.js';
import type { AccountDocument } from '../../../identity/account-documents.js';
import {
  type CredentialReportDocument,
  credentialReport,
  credentialReportKey,
  type ReportedKey,
  type ReportedPerson,
  reportAgeMsMax,
  reportedRootName,
} from '../../../identity/credential-report.js';
import {
  accessKeyLastUsedKey,
  type LastUsedDocument,
  type UserDocument,
  userArn,
  usersPrefix,
} from '../../../identity/iam-documents.js';
import { passwordExpiresAtMs } from '../../../identity/password-policy.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { rootKeyIds } from '../access-keys/key-owner.js';
import { accountOf } from '../login-profiles/new-password.js';
import { iamDate } from '../shared/iam-date.js';

/** Makes a report where there is none that is younger than four hours. It is there at once, though it says STARTED. */
export const generateCredentialReport: Handler<object, GenerateCredentialReportResponse> = async (
  _input,
  call,
) => {
  const { state, accountId, receivedAtMs } = call;
  const known = state.get<CredentialReportDocument>(credentialReportKey(accountId));
  if (known !== undefined && !isOver(known, receivedAtMs)) return { State: 'COMPLETE' };
  const report: CredentialReportDocument = {
    generatedAtMs: receivedAtMs,
    csv: credentialReport(await peopleOf(call)),
  };
  state.put(credentialReportKey(accountId), report);
  const why = known === undefined ? 'No report exists.' : 'The report has expired.';
  return { State: 'STARTED', Description: `${why} Starting a new report generation task` };
};

export const getCredentialReport: Handler<object, GetCredentialReportResponse> = (_input, call) => {
  const report = call.state.get<CredentialReportDocument>(credentialReportKey(call.accountId));
  if (report === undefined)
    throw new WireError(
      'CredentialReportNotPresentException',
      'The credential report does not exist. To generate a credential report, use GenerateCredentialReport.',
    );
  if (isOver(report, call.receivedAtMs))
    throw new WireError(
      'CredentialReportExpiredException',
      'The most recent credential report has expired. To generate a new credential report, use GenerateCredentialReport.',
    );
  const GeneratedTime = iamDate(report.generatedAtMs);
  return { Content: Buffer.from(report.csv), ReportFormat: 'text/csv', GeneratedTime };
};

/** Also one from the future: the clock went back. */
function isOver({ generatedAtMs }: CredentialReportDocument, nowMs: number): boolean {
  return Math.abs(nowMs - generatedAtMs) > reportAgeMsMax;
}

/** Users looked at before others get their turn. */
const usersAtOnce = 250;

/** The root, then the users by name, whatever its case. */
async function peopleOf(call: Call): Promise<ReportedPerson[]> {
  const account = accountOf(call);
  const people = [rootOf(account, call)];
  const prefix = usersPrefix(call.accountId);
  for (let after: string | undefined; ; ) {
    const users = call.state.list<UserDocument>(prefix, {
      limit: usersAtOnce,
      ...(after === undefined ? {} : { after }),
    });
    people.push(...users.map(({ value }) => personOf(value, account, call)));
    if (users.length < usersAtOnce) return people;
    after = users.at(-1)?.key;
    await setImmediate();
  }
}

function rootOf(account: AccountDocument, { state, accountId }: Call): ReportedPerson {
  const { rootPasswordHash, rootPasswordLastUsedMs: lastUsedMs } = account;
  return {
    name: reportedRootName,
    arn: `arn:aws:iam::${accountId}:root`,
    createdAtMs: account.createdAtMs,
    isRoot: true,
    ...(rootPasswordHash === undefined
      ? {}
      : { password: { lastUsedMs, changedAtMs: undefined, expiresAtMs: undefined } }),
    hasMfa: (account.rootMfaSerials ?? []).length > 0,
    keys: rootKeyIds(accountId, state).flatMap((id) => reportedKey(id, state)),
  };
}

function personOf(user: UserDocument, { passwordPolicy }: AccountDocument, { state }: Call): ReportedPerson {
  const { loginProfile, passwordLastUsedMs: lastUsedMs } = user;
  return {
    name: user.userName,
    arn: userArn(user),
    createdAtMs: user.createdAtMs,
    isRoot: false,
    ...(loginProfile === undefined
      ? {}
      : {
          password: {
            lastUsedMs,
            changedAtMs: loginProfile.changedAtMs,
            expiresAtMs: passwordExpiresAtMs(passwordPolicy, loginProfile),
          },
        }),
    hasMfa: user.mfaSerials.length > 0,
    keys: user.accessKeyIds.flatMap((id) => reportedKey(id, state)),
  };
}

function reportedKey(id: string, state: Call['state']): ReportedKey[] {
  const key = state.get<AccessKeyDocument>(accessKeyKey(id));
  if (key === undefined) return [];
  const lastUsed = state.get<LastUsedDocument>(accessKeyLastUsedKey(id));
  return [
    {
      isActive: key.status === 'Active',
      createdAtMs: key.createdAtMs,
      ...(lastUsed === undefined ? {} : { lastUsed }),
    },
  ];
}
