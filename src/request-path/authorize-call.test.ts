// SPDX-License-Identifier: Apache-2.0
// Oracles: IAM User Guide, "AWS global condition context keys"; "Common errors" of the API references (forms of refusals); the
// evaluator itself, for the short cut in front of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AccessNeed } from '../identity/access.js';
import { decideAccess } from '../identity/policy/decide-access.js';
import { parsePolicy } from '../identity/policy/parse-policy.js';
import type { Principal } from '../identity/principal.js';
import { principalPolicies } from '../identity/principal-policies.js';
import { StateOverlay } from '../ports/state-overlay.js';
import { cloudtrailModel } from '../services/cloudtrail/model.js';
import { cloudtrailDataModel } from '../services/cloudtrail-data/model.js';
import { kmsModel } from '../services/kms/model.js';
import { s3Model } from '../services/s3/model.js';
import type { Call, CallState, Handler, Service } from '../services/service.js';
import { snsModel } from '../services/sns/model.js';
import { stsModel } from '../services/sts/model.js';
import { fakeCall, MemoryCallState } from '../services/testing/call.js';
import type { ServiceModel } from '../wire/service-model.js';
import type { WireError } from '../wire/wire-error.js';
import { authorizeCall, decisionsOf } from './authorize-call.js';
import { runCall } from './run-call.js';
import {
  accountId,
  dependencies,
  MemoryStores,
  nowMs,
  putUser,
  serviceOf,
  signedRequest,
  wireRequest,
} from './testing/scene.js';

const root: Principal = { kind: 'root', accountId, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
const jane: Principal = {
  kind: 'user',
  accountId,
  userName: 'jane',
  userId: 'AIDAJANE',
  arn: `arn:aws:iam::${accountId}:user/jane`,
  accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
};

/** What `jane` may, with one statement. */
function decides(statement: object, need: AccessNeed, change: Partial<Call> = {}): boolean {
  const stores = new MemoryStores();
  putUser(stores, 'jane', statement);
  const state = new StateOverlay(stores.stateStore);
  const asking = fakeCall({ principal: jane, accountId, receivedAtMs: nowMs, state });
  return decisionsOf({ ...asking, ...change })(need).isAllowed;
}

describe('every need has the global keys', () => {
  const need = { action: 'cloudtrail:LookupEvents', resource: '*' };
  const allow = (Condition: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', Condition });
  const cases: [key: string, condition: object, holds: boolean][] = [
    ['aws:SourceIp', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, true],
    ['aws:SourceIp of elsewhere', { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }, false],
    ['aws:SecureTransport', { Bool: { 'aws:SecureTransport': 'true' } }, false],
    ['aws:SecureTransport, plain', { Bool: { 'aws:SecureTransport': 'false' } }, true],
    ['aws:RequestedRegion', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, true],
    ['aws:CurrentTime', { DateLessThan: { 'aws:CurrentTime': '2026-11-21T11:00:00Z' } }, true],
    ['aws:CurrentTime, past', { DateLessThan: { 'aws:CurrentTime': '2026-11-21T09:00:00Z' } }, false],
    ['aws:EpochTime', { NumericGreaterThan: { 'aws:EpochTime': '1000' } }, true],
    ['aws:UserAgent', { StringLike: { 'aws:UserAgent': 'aws-cli/*' } }, true],
    ['aws:Referer', { StringEquals: { 'aws:Referer': 'https://example.com/' } }, true],
    ['aws:ViaAWSService', { Bool: { 'aws:ViaAWSService': 'false' } }, true],
    ['aws:CalledVia is absent', { Null: { 'aws:CalledVia': 'true' } }, true],
    ['aws:SourceVpc is absent', { Null: { 'aws:SourceVpc': 'true' } }, true],
    ['aws:ResourceAccount', { StringEquals: { 'aws:ResourceAccount': accountId } }, true],
    ['aws:ResourceOrgID is absent outside', { Null: { 'aws:ResourceOrgID': 'true' } }, true],
    ['aws:username, of the principal', { StringEquals: { 'aws:username': 'jane' } }, true],
  ];
  const headers = { 'user-agent': 'aws-cli/2.31.0', referer: 'https://example.com/', host: 'h' };
  const { request } = fakeCall({ request: { headers, sourceIp: '203.0.113.9' } });
  for (const [name, condition, holds] of cases)
    test(name, () => assert.equal(decides(allow(condition), need, { request }), holds));

  test('the owner of a foreign resource is its account', () => {
    const ofOther = allow({ StringEquals: { 'aws:ResourceAccount': '444455556666' } });
    const resourcePolicy = parsePolicy(
      JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } }),
      'resource',
    );
    assert.equal(decides(ofOther, { ...need, resourceAccountId: '444455556666', resourcePolicy }), true);
    assert.equal(decides(ofOther, { ...need, resourcePolicy: { ...resourcePolicy, statements: [] } }), false);
  });
});

describe('a refusal', () => {
  const forms: [model: ServiceModel, more: Partial<Service>, code: string, status: number][] = [
    [cloudtrailModel, {}, 'AccessDeniedException', 400],
    [kmsModel, {}, 'AccessDeniedException', 400],
    [cloudtrailDataModel, {}, 'AccessDeniedException', 403],
    [stsModel, {}, 'AccessDenied', 403],
    [s3Model, {}, 'AccessDenied', 403],
    [snsModel, { accessDeniedCode: 'AuthorizationErrorException' }, 'AuthorizationErrorException', 403],
  ];
  for (const [model, more, code, status] of forms) {
    test(`of ${model.id}: ${code}, ${status}`, () => {
      const asking = fakeCall({ principal: jane, accountId });
      const { authorize } = authorizeCall(serviceOf(model, {}, more), asking);
      assert.throws(
        () => authorize({ action: 'x:Do', resource: 'arn:aws:x:::y' }),
        (error: WireError) => error.code === code && error.status === status && /x:Do/.test(error.message),
      );
    });
  }
});

describe('what an operation needs', () => {
  const called = async (service: Service, principal: Principal, stores = new MemoryStores()) => {
    putUser(stores, 'jane', { Effect: 'Allow', Action: 'cloudtrail:GetTrail', Resource: '*' });
    const { errors: _, ...deps } = dependencies(stores);
    const operation = cloudtrailModel.operations.get('GetTrail');
    assert.ok(operation !== undefined);
    const call = {
      service,
      operation,
      request: wireRequest(signedRequest({ service: 'cloudtrail' })),
      principal,
      accountId,
      region: 'us-east-1',
      input: { Name: 't' },
      refusal: undefined,
    };
    const result = await runCall(call, { ...deps, onRecorded: () => {} }).catch(
      (error: WireError) => error.code,
    );
    return { result, records: stores.records };
  };
  const serving = (handler: Handler, ...needs: AccessNeed[]): Service =>
    serviceOf(cloudtrailModel, { GetTrail: handler }, { access: () => needs });
  const may = { action: 'cloudtrail:GetTrail', resource: '*' };
  const mayNot = { action: 'cloudtrail:DeleteTrail', resource: '*' };

  test('is asked before the handler; the refusal is recorded', async () => {
    let isRun = false;
    const handler: Handler = () => {
      isRun = true;
      return {};
    };
    const { result, records } = await called(serving(handler, mayNot), jane);
    assert.deepEqual([result, isRun], ['AccessDeniedException', false]);
    assert.deepEqual([records[0]?.errorCode, records[0]?.eventName], ['AccessDenied', 'GetTrail']);
  });
  test('is needed wholly', async () => {
    assert.equal(
      (
        await called(
          serving(() => ({}), may, mayNot),
          jane,
        )
      ).result,
      'AccessDeniedException',
    );
    assert.deepEqual(
      (
        await called(
          serving(() => ({}), may),
          jane,
        )
      ).result,
      {},
    );
  });
  test('nothing is needed where the list is empty', async () => {
    assert.deepEqual(
      (
        await called(
          serving(() => ({})),
          jane,
        )
      ).result,
      {},
    );
  });
});

test('what hangs on a caller is collected when the first question is asked, and once', () => {
  const reads: string[] = [];
  const values = new MemoryCallState();
  const state: CallState = {
    get: <T>(key: string) => {
      reads.push(key);
      return values.get<T>(key);
    },
    list: (prefix, options) => values.list(prefix, options),
    put: () => {},
    delete: () => {},
  };
  const { decide } = authorizeCall(
    serviceOf(cloudtrailModel, {}),
    fakeCall({ principal: jane, accountId, state }),
  );
  assert.equal(reads.length, 0);
  const users = () => reads.filter((key) => key.startsWith('iam/')).length;
  decide({ action: 'a:B', resource: '*' });
  assert.equal(users(), 1);
  decide({ action: 'a:C', resource: '*' });
  assert.equal(users(), 1);
});

test('the short cut of roots answers as the evaluator does', () => {
  const policy = (Effect: string) =>
    parsePolicy(
      JSON.stringify({ Statement: { Effect, Principal: '*', Action: '*', Resource: '*' } }),
      'resource',
    );
  const session = {
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + 1,
    tags: {},
    transitiveTagKeys: [],
    policies: [],
    policyArns: ['arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials'],
  };
  const needs = fc.record(
    {
      action: fc.constantFrom('s3:GetObject', 'iam:CreateUser', 'kms:Decrypt'),
      resource: fc.constantFrom('*', 'arn:aws:s3:::b/k'),
      resourceAccountId: fc.constantFrom(accountId, '444455556666'),
      resourcePolicy: fc.constantFrom(policy('Allow'), policy('Deny'), 'unreadable' as const),
      resourcePolicyIs: fc.constantFrom('sufficient' as const, 'required' as const),
    },
    { requiredKeys: ['action', 'resource'] },
  );
  const seed = 20_261_121;
  fc.assert(
    fc.property(needs, fc.boolean(), (need, inSession) => {
      const principal: Principal = inSession ? { ...root, session } : root;
      const asking = fakeCall({ principal, accountId });
      const policies = principalPolicies(principal, asking.state);
      assert.equal(
        decisionsOf(asking)(need).isAllowed,
        decideAccess({ ...need, principal, policies }).isAllowed,
      );
    }),
    { seed, numRuns: 500 },
  );
});
