// SPDX-License-Identifier: Apache-2.0
import type {
  DisableFederationRequest,
  DisableFederationResponse,
  EnableFederationRequest,
  EnableFederationResponse,
} from '@aws-sdk/client-cloudtrail';
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
} from '../../../event-data-stores/event-data-store.js';
import { keyOfStore } from '../../../event-data-stores/store-state.js';
import { type RoleDocument, roleArn, roleKey } from '../../../identity/iam-documents.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { MemberRules } from '../verify-members.js';
import { noteStore, storeNamed, verifyActive } from './find-store.js';
import { invalidParameter } from './store-members.js';
import { toFederation } from './store-shapes.js';

/** Source: CloudTrail API Reference, "EnableFederation". */
export const enableFederation: Handler<EnableFederationRequest, EnableFederationResponse> = (input, call) => {
  new MemberRules()
    .text('federationRoleArn', input.FederationRoleArn, {
      min: 3,
      max: 125,
      pattern: /^[a-zA-Z0-9._/\-:@=+,]+$/,
    })
    .verify();
  const store = verifyActive(storeNamed(input.EventDataStore, call));
  if (store.federation?.status === 'ENABLED') {
    const message = `Lake query federation is already enabled for ${eventDataStoreArn(store)}.`;
    throw new WireError('EventDataStoreFederationEnabledException', message);
  }
  const role = input.FederationRoleArn ?? '';
  verifyRole(role, call);
  return answer(put({ ...store, federation: { status: 'ENABLED', roleArn: role } }, call));
};

/** Source: CloudTrail API Reference, "DisableFederation". */
export const disableFederation: Handler<DisableFederationRequest, DisableFederationResponse> = (
  input,
  call,
) => {
  const { federation: _, ...store } = verifyActive(storeNamed(input.EventDataStore, call));
  return answer(put(store, call));
};

/** "The federation role must exist in your account": the same page. */
function verifyRole(arn: string, call: Call): void {
  const [, accountId, name] = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  const role =
    accountId === call.accountId && name !== undefined
      ? call.state.get<RoleDocument>(roleKey(accountId, name))
      : undefined;
  if (role === undefined || roleArn(role) !== arn)
    throw invalidParameter(`The federation role ${arn} does not exist in the account ${call.accountId}.`);
}

function put(store: EventDataStoreDocument, call: Call): EventDataStoreDocument {
  const changed = { ...store, updatedAtMs: call.receivedAtMs };
  call.state.put(keyOfStore(changed), changed);
  noteStore(changed, call);
  return changed;
}

function answer(store: EventDataStoreDocument): EnableFederationResponse {
  return { EventDataStoreArn: eventDataStoreArn(store), ...toFederation(store) };
}
