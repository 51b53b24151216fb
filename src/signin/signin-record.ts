// SPDX-License-Identifier: Apache-2.0
import type { SigninOwner } from '../identity/signin-sessions.js';
import type { LoggedRecord } from '../ports/event-log.js';
import { secondsText } from '../record/date-text.js';
import { globalRegion } from '../record/global-services.js';
import { recordTexts } from '../record/record-texts.js';
import { withinSizeLimits } from '../record/size-limits.js';
import type { CloudTrailRecord, JsonObject, UserIdentity } from '../record/types.js';
import type { SigninRequest } from './signin-request.js';

/** One event of `signin.amazonaws.com`. */
export interface SigninEvent {
  readonly eventName:
    | 'ConsoleLogin'
    | 'CheckMfa'
    | 'PasswordUpdated'
    | 'SwitchRole'
    | 'RenewRole'
    | 'ExitRole'
    | 'Logout';
  /** Whose history it is in. */
  readonly accountId: string;
  readonly userIdentity: UserIdentity;
  /** Absent: it succeeded. Text of the failure, without a code, as AWS has it. */
  readonly errorMessage?: string;
  readonly additionalEventData?: JsonObject;
}

/**
 * The record of a sign-in event. Sign-ins at the global endpoint are recorded in us-east-1; they have no requestID.
 * Source: CloudTrail User Guide, "AWS Management Console sign-in events"; the order of members is that of recorded events.
 */
export function signinRecord(
  event: SigninEvent,
  request: SigninRequest,
  { eventId, eventTimeMs }: { readonly eventId: string; readonly eventTimeMs: number },
): CloudTrailRecord {
  const { eventName, accountId, userIdentity, errorMessage, additionalEventData } = event;
  const { sourceIp, userAgent, host, tls } = request;
  return withinSizeLimits({
    eventVersion: '1.11',
    userIdentity,
    eventTime: secondsText(eventTimeMs),
    eventSource: 'signin.amazonaws.com',
    eventName,
    awsRegion: globalRegion,
    sourceIPAddress: sourceIp,
    userAgent,
    ...(errorMessage === undefined ? undefined : { errorMessage }),
    requestParameters: null,
    responseElements: { [eventName]: errorMessage === undefined ? 'Success' : 'Failure' },
    ...(additionalEventData === undefined ? undefined : { additionalEventData }),
    eventID: eventId,
    readOnly: false,
    eventType: 'AwsConsoleSignIn',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
    ...(tls === undefined
      ? undefined
      : {
          tlsDetails: {
            tlsVersion: tls.tlsVersion,
            cipherSuite: tls.cipherSuite,
            clientProvidedHostHeader: host,
          },
        }),
  });
}

export function toLoggedRecord(record: CloudTrailRecord): LoggedRecord {
  const { recipientAccountId: accountId, awsRegion: region } = record;
  return { accountId, region, category: 'Management', ...recordTexts(record) };
}

/** Source: the same page, examples of successful and failed sign-ins. */
export function loginEventData(
  consoleUrl: string,
  mfa: { readonly used: boolean; readonly serialNumber?: string },
): JsonObject {
  return {
    LoginTo: consoleUrl,
    MobileVersion: 'No',
    ...(mfa.serialNumber === undefined ? undefined : { MFAIdentifier: mfa.serialNumber }),
    MFAUsed: mfa.used ? 'Yes' : 'No',
  };
}

/** Whoever it was to be: failures name a user without an ARN. */
export interface NamedUser {
  readonly accountId: string;
  readonly userName: string;
  readonly userId: string;
  readonly arn: string;
}

/** A root goes by the account's alias, where there is one. Source: CloudTrail User Guide, "CloudTrail userIdentity element". */
export function rootIdentity(accountId: string, alias?: string): UserIdentity {
  return {
    type: 'Root',
    principalId: accountId,
    arn: `arn:aws:iam::${accountId}:root`,
    accountId,
    accessKeyId: '',
    ...(alias === undefined ? undefined : { userName: alias }),
  };
}

export function signedInUser({ userId, arn, accountId, userName }: NamedUser): UserIdentity {
  return { type: 'IAMUser', principalId: userId, arn, accountId, userName };
}

export function unprovenUser({ userId, accountId, userName }: NamedUser): UserIdentity {
  return { type: 'IAMUser', principalId: userId, accountId, accessKeyId: '', userName };
}

/**
 * What was typed may be a password: it is not shown. Source: CloudTrail User Guide, "CloudTrail userIdentity element",
 * userName, and the example of a sign-in failure caused by an incorrect user name.
 */
export function unknownUser(accountId: string): UserIdentity {
  return { type: 'IAMUser', accountId, accessKeyId: '', userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' };
}

export function roleIdentity(role: Extract<SigninOwner, { kind: 'federated' }>['role']): UserIdentity {
  const { accountId, roleId, roleName, sessionName } = role;
  return {
    type: 'AssumedRole',
    principalId: `${roleId}:${sessionName}`,
    arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    accountId,
  };
}

export const failedAuthentication = 'Failed authentication';
export const noSuchUser = 'No username found in supplied account';
