// SPDX-License-Identifier: Apache-2.0
// Oracle: "Common Errors" of the API references (query: InvalidClientTokenId 403, ExpiredToken 403; JSON: UnrecognizedClientException,
// ExpiredTokenException 400) and S3 API Reference, "Error responses" (InvalidToken, ExpiredToken 400; InvalidAccessKeyId 403);
// STS API Reference, "AssumeRoleWithWebIdentity" (called without a signature).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { accountKey } from '../identity/account-documents.js';
import {
  type OidcProviderDocument,
  oidcProviderKey,
  type RoleDocument,
  roleKey,
} from '../identity/iam-documents.js';
import { IssuerKeys } from '../identity/oidc/issuer-keys.js';
import type { SessionFacts } from '../identity/principal.js';
import { type SessionSubject, SessionTokens, type TemporaryCredentials } from '../identity/session-token.js';
import { silentLog } from '../ports/operator-log.js';
import { cloudtrailModel } from '../services/cloudtrail/model.js';
import { s3Model } from '../services/s3/model.js';
import { loadedService } from '../services/served-service.js';
import type { Call, Handler } from '../services/service.js';
import { snsModel } from '../services/sns/model.js';
import { createStsService } from '../services/sts/sts-service.js';
import { StsScene } from '../services/sts/testing/sts-scene.js';
import { AwsApi } from './aws-api.js';
import {
  accountId,
  authenticatorOf,
  dependencies,
  MemoryStores,
  nowMs,
  accessKeyId as permanentKeyId,
  secretAccessKey as permanentSecret,
  serviceOf,
  sessionTokens,
  signedRequest,
  wireRequest,
} from './testing/scene.js';

const facts: SessionFacts = {
  issuedAtMs: nowMs - 1_000,
  expiresAtMs: nowMs + 3_600_000,
  tags: {},
  transitiveTagKeys: [],
  policies: [],
  policyArns: [],
};
const subject = (session: Partial<SessionFacts> = {}, account = accountId): SessionSubject => ({
  kind: 'root',
  accountId: account,
  session: { ...facts, ...session },
});

/** Services that answer whoever is proven, and note who that was. */
function scene() {
  const stores = new MemoryStores();
  const sts = new StsScene();
  const callers: Call['principal'][] = [];
  const used: string[] = [];
  const refused: string[] = [];
  const noting: Handler = (_input, { principal }) => {
    callers.push(principal);
    return {};
  };
  const { errors: _, ...deps } = dependencies(stores);
  const issuerKeys = new IssuerKeys({
    clock: deps.clock,
    log: silentLog,
    locations: new Map([['idp.example.com', 'https://keys.example.com/']]),
    fetcher: { fetchJson: async () => ({ keys: [await publicKey] }) },
  });
  const stsService = createStsService({ ...sts.deps, sessionTokens, issuerKeys, homeRegion: 'eu-central-1' });
  const api = new AwsApi({
    ...deps,
    services: [
      serviceOf(cloudtrailModel, { DescribeTrails: noting }),
      serviceOf(s3Model, { ListBuckets: noting, GetObject: noting }),
      stsService,
      // It takes unsigned forms as well, and both are told apart by their Action alone.
      serviceOf(snsModel, {}, { unsigned: () => undefined }),
    ].map(loadedService),
    authenticator: authenticatorOf(stores),
    lastUsed: {
      note: ({ accessKeyId }, region, service) => used.push(`${accessKeyId} ${service} ${region}`),
    },
    homeRegion: 'eu-central-1',
    routing: { baseHosts: [] },
    onRefused: (_request, code) => refused.push(code),
    onAnswered: () => {},
    onRecorded: () => {},
  });
  const answer = async (request: Parameters<typeof wireRequest>[0]) => {
    const { status, body } = await api.answer(wireRequest(request));
    return { status, text: String(body) };
  };
  return { stores, callers, used, refused, answer };
}

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const withToken = ({ sessionToken }: Key) =>
  sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken };

const requests = {
  query: (key: Key) =>
    signedRequest({
      ...key,
      service: 'sts',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...withToken(key) },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    }),
  json: (key: Key) =>
    signedRequest({
      ...key,
      service: 'cloudtrail',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails',
        ...withToken(key),
      },
      body: '{}',
    }),
  s3: (key: Key) => signedRequest({ ...key, service: 's3', method: 'GET', headers: withToken(key) }),
};
type Dialect = keyof typeof requests;

describe('temporary credentials', () => {
  test('sign calls of every protocol', async () => {
    const { answer, callers, used } = scene();
    const given = sessionTokens.issue(subject());
    for (const dialect of ['query', 'json', 's3'] as const) {
      const { status, text } = await answer(requests[dialect](given));
      assert.equal(status, 200, `${dialect}: ${text}`);
    }
    assert.deepEqual(callers[0], { ...subject(), accessKeyId: given.accessKeyId });
    assert.equal(used.length, 3);
  });

  const codes: Readonly<Record<string, Readonly<Record<Dialect, string>>>> = {
    expired: { query: '403 ExpiredToken', json: '400 ExpiredTokenException', s3: '400 ExpiredToken' },
    invalid: {
      query: '403 InvalidClientTokenId',
      json: '400 UnrecognizedClientException',
      s3: '400 InvalidToken',
    },
    unknown: {
      query: '403 InvalidClientTokenId',
      json: '400 UnrecognizedClientException',
      s3: '403 InvalidAccessKeyId',
    },
    mismatch: {
      query: '403 SignatureDoesNotMatch',
      json: '400 InvalidSignatureException',
      s3: '403 SignatureDoesNotMatch',
    },
  };
  const good: TemporaryCredentials = sessionTokens.issue(subject());
  const theirs = sessionTokens.issue(subject({}, '444455556666'));
  const foreign = new SessionTokens(Buffer.alloc(32, 7)).issue(subject());
  const permanent = { accessKeyId: permanentKeyId, secretAccessKey: permanentSecret };
  const attacks: readonly [name: string, key: Key, refusal: keyof typeof codes][] = [
    ['an expired token', sessionTokens.issue(subject({ expiresAtMs: nowMs })), 'expired'],
    ['a token that another Cairn gave out', foreign, 'invalid'],
    ['somebody else’s token beside an own key', { ...good, sessionToken: theirs.sessionToken }, 'invalid'],
    ['an own token beside somebody else’s key id', { ...good, accessKeyId: theirs.accessKeyId }, 'invalid'],
    [
      'somebody else’s key id and token, signed by an own secret',
      { ...theirs, secretAccessKey: good.secretAccessKey },
      'mismatch',
    ],
    ['a token cut short', { ...good, sessionToken: good.sessionToken.slice(0, -1) }, 'invalid'],
    [
      'a token with a byte changed',
      {
        ...good,
        sessionToken: `${good.sessionToken.slice(0, -1)}${good.sessionToken.endsWith('A') ? 'B' : 'A'}`,
      },
      'invalid',
    ],
    ['text for a token', { ...good, sessionToken: 'FwoGZXIvYXdzEXAMPLE' }, 'invalid'],
    ['a huge token', { ...good, sessionToken: 'A'.repeat(15_000) }, 'invalid'],
    ['no token', { accessKeyId: good.accessKeyId, secretAccessKey: good.secretAccessKey }, 'unknown'],
    ['an empty token', { ...good, sessionToken: '' }, 'unknown'],
    ['a long-lived key beside a token', { ...permanent, sessionToken: good.sessionToken }, 'invalid'],
    [
      'a long-lived key that nobody has beside a token',
      { ...good, accessKeyId: 'AKIAI44QH8DHBEXAMPLE' },
      'unknown',
    ],
  ];
  for (const [name, key, refusal] of attacks) {
    test(`${name}: nobody's call, in each protocol's words, and in no history`, async () => {
      const { answer, callers, refused, stores } = scene();
      for (const dialect of ['query', 'json', 's3'] as const) {
        const { status, text } = await answer(requests[dialect](key));
        const [wantedStatus, code = ''] = (codes[refusal]?.[dialect] ?? '').split(' ');
        assert.equal(String(status), wantedStatus, `${dialect}: ${text}`);
        assert.ok(text.includes(code), `${dialect}: ${text} is ${code}`);
        for (const secret of [key.secretAccessKey, key.sessionToken])
          assert.ok(
            secret === undefined || secret.length < 10 || !text.includes(secret),
            `${dialect} tells a secret`,
          );
      }
      assert.deepEqual([callers.length, refused.length, stores.entries.length], [0, 3, 0]);
    });
  }

  test('of an account that was closed are nobody’s', async () => {
    const { answer, stores } = scene();
    stores.put(accountKey(accountId), { accountId, createdAtMs: 0, closedAtMs: nowMs });
    for (const key of [good, permanent]) {
      const { status, text } = await answer(requests.query(key));
      assert.equal(status, 403);
      assert.match(text, /InvalidClientTokenId/);
    }
  });

  test('appear with their session in the record, without the token', async () => {
    const { answer, stores } = scene();
    await answer(requests.query(good));
    const [record] = stores.records;
    assert.deepEqual(record?.userIdentity, {
      type: 'Root',
      principalId: accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      accountId,
      accessKeyId: good.accessKeyId,
      sessionContext: { attributes: { creationDate: '2026-11-21T09:59:59Z', mfaAuthenticated: 'false' } },
    });
    assert.ok(!JSON.stringify(record).includes(good.sessionToken));
  });

  test('of the console mark the record', async () => {
    const { answer, stores } = scene();
    await answer(requests.query(sessionTokens.issue(subject({ isOfConsole: true }))));
    assert.equal(stores.records[0]?.sessionCredentialFromConsole, 'true');
    assert.equal(Object.keys(stores.records[0] ?? {}).at(-1), 'sessionCredentialFromConsole');
  });
});

const issuer = generateKeyPair('RS256');
const publicKey = issuer.then(async (pair) => ({
  ...(await exportJWK(pair.publicKey)),
  kid: '1',
  alg: 'RS256',
}));

describe('a call by web identity', () => {
  const RoleArn = `arn:aws:iam::${accountId}:role/deploy`;
  const provider: OidcProviderDocument = {
    accountId,
    url: 'idp.example.com',
    clientIds: ['my-app'],
    thumbprints: [],
    createdAtMs: 0,
    tags: {},
  };
  const trustPolicy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/idp.example.com` },
        Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
        Condition: { StringEquals: { 'idp.example.com:aud': 'my-app', 'idp.example.com:sub': 'repo:main' } },
      },
    ],
  };
  const role: RoleDocument = {
    accountId,
    roleName: 'deploy',
    roleId: 'AROAIDPPEZS35WEXAMPLE',
    path: '/',
    createdAtMs: 0,
    trustPolicy: JSON.stringify(trustPolicy),
    description: '',
    maxSessionDurationSec: 3_600,
    tags: {},
    inlinePolicies: {},
    attachedPolicyArns: [],
  };
  const tokenOf = async (claims: object = {}) =>
    new SignJWT({
      iss: 'https://idp.example.com',
      aud: 'my-app',
      sub: 'repo:main',
      iat: nowMs / 1_000,
      exp: nowMs / 1_000 + 60,
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: '1' })
      .sign((await issuer).privateKey);

  function federated() {
    const found = scene();
    found.stores.put(oidcProviderKey(accountId, provider.url), provider);
    found.stores.put(roleKey(accountId, 'deploy'), role);
    const assume = (form: Readonly<Record<string, string>>, host = '127.0.0.1:4577') => {
      const body = Buffer.from(
        new URLSearchParams({
          Action: 'AssumeRoleWithWebIdentity',
          Version: '2011-06-15',
          RoleArn,
          RoleSessionName: 'ci-run',
          ...form,
        }).toString(),
      );
      const headers = {
        host,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(body.length),
      };
      return found.answer({ method: 'POST', path: '/', headers, body });
    };
    return { ...found, assume };
  }

  test('needs no signature, and is recorded with whom the issuer vouched for', async () => {
    const { assume, stores } = federated();
    const token = await tokenOf({
      'https://aws.amazon.com/tags': {
        principal_tags: { Project: ['Pegasus'] },
        transitive_tag_keys: ['Project'],
      },
      'https://aws.amazon.com/source_identity': 'bot',
    });
    const { status, text } = await assume(
      { WebIdentityToken: token, DurationSeconds: '900' },
      'sts.eu-west-1.amazonaws.com',
    );
    assert.equal(status, 200, text);
    assert.match(text, /<SubjectFromWebIdentityToken>repo:main<.*<Audience>my-app</s);
    const [record] = stores.records;
    assert.deepEqual(record?.userIdentity, {
      type: 'WebIdentityUser',
      principalId: `arn:aws:iam::${accountId}:oidc-provider/idp.example.com:my-app:repo:main`,
      userName: 'repo:main',
      identityProvider: `arn:aws:iam::${accountId}:oidc-provider/idp.example.com`,
    });
    assert.equal(record?.awsRegion, 'eu-west-1');
    assert.equal(record?.recipientAccountId, accountId);
    assert.deepEqual(record?.requestParameters, {
      sourceIdentity: 'bot',
      durationSeconds: 900,
      roleArn: RoleArn,
      roleSessionName: 'ci-run',
      principalTags: { Project: 'Pegasus' },
      transitiveTagKeys: ['Project'],
    });
    assert.deepEqual(record?.resources, [{ ARN: RoleArn, accountId, type: 'AWS::IAM::Role' }]);
    assert.ok(!JSON.stringify(record).includes(token));
    const answered = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1] ?? '';
    const opened = sessionTokens.open(answered('AccessKeyId'), answered('SessionToken'))?.principal;
    assert.deepEqual(opened?.session?.webIdentity, {
      provider: `arn:aws:iam::${accountId}:oidc-provider/idp.example.com`,
      subject: 'repo:main',
      audience: 'my-app',
      claims: {},
    });
    assert.deepEqual(opened?.session?.tags, { Project: 'Pegasus' });
  });

  test('that the role does not trust is refused, and recorded', async () => {
    const { assume, stores } = federated();
    const { status, text } = await assume({ WebIdentityToken: await tokenOf({ sub: 'repo:fork' }) });
    assert.equal(status, 403);
    assert.match(text, /<Code>AccessDenied<.*Not authorized to perform sts:AssumeRoleWithWebIdentity/s);
    assert.equal(stores.records[0]?.errorCode, 'AccessDenied');
    assert.equal(stores.records[0]?.awsRegion, 'eu-central-1');
  });

  const nobodys: readonly [name: string, token: () => Promise<string>, refusal: RegExp][] = [
    ['without a token', () => Promise.resolve(''), /<Code>ValidationError</],
    ['with text for a token', () => Promise.resolve('hello'), /<Code>InvalidIdentityToken</],
    [
      'of an issuer that nobody set up',
      () => tokenOf({ iss: 'https://evil.example.com' }),
      /<Code>InvalidIdentityToken<.*No OpenIDConnect provider found in your account for https:\/\/evil\.example\.com/s,
    ],
    [
      'for another client',
      () => tokenOf({ aud: 'other' }),
      /<Code>InvalidIdentityToken<.*Incorrect token audience/s,
    ],
    [
      'that is over',
      () => tokenOf({ exp: nowMs / 1_000 - 1 }),
      /<Code>ExpiredTokenException<.*Token expired/s,
    ],
  ];
  for (const [name, token, refusal] of nobodys) {
    test(`${name} is nobody's, and in no history`, async () => {
      const { assume, refused, stores } = federated();
      const { status, text } = await assume({ WebIdentityToken: await token() });
      assert.equal(status, 400, text);
      assert.match(text, refusal);
      assert.deepEqual([refused.length, stores.entries.length], [1, 0]);
    });
  }

  test('of no other operation goes without a signature', async () => {
    const { assume } = federated();
    for (const Action of ['GetCallerIdentity', 'AssumeRole', 'GetSessionToken', 'AssumeRoot']) {
      const { status, text } = await assume({ Action, WebIdentityToken: await tokenOf() });
      assert.equal(status, 403, text);
      assert.match(text, /MissingAuthenticationToken/);
    }
    const { status, text } = await assume({ Action: 'AssumeRoleWithSAML' });
    assert.deepEqual([status, /<Code>(\w+)</.exec(text)?.[1]], [501, 'NotImplemented']);
  });

  test('that is signed all the same is refused', async () => {
    const { answer } = federated();
    const body = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn,
      RoleSessionName: 'ci-run',
      WebIdentityToken: await tokenOf(),
    }).toString();
    const { status } = await answer(
      signedRequest({
        service: 'sts',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      }),
    );
    assert.equal(status, 403);
  });
});
