// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI, with its own profiles (role_arn, source_profile, external_id, web_identity_token_file) and presigned
// URLs; STS API Reference; records as IAM User Guide shows them, "Logging IAM and AWS STS API calls with AWS CloudTrail"; codes of
// MFA devices: RFC 6238, computed here; web identity tokens: signed and verified by `jose`.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { CairnServer, eventually, refusalOf } from '../harness.mjs';

const cairn = new CairnServer();
const configPath = join(cairn.dir, 'cairn.json');
const jwksPath = join(cairn.dir, 'jwks.json');
const profilesPath = join(cairn.dir, 'profiles');
const issuer = 'https://idp.example.com/realm';
const issuerKeys = await generateKeyPair('RS256');
/** Everything that nobody may ever read in records or logs. */
const secrets = [];
let accountId;
let alice;

before(async () => {
  const jwk = { ...(await exportJWK(issuerKeys.publicKey)), kid: '1', alg: 'RS256' };
  writeFileSync(jwksPath, JSON.stringify({ keys: [jwk] }));
  writeFileSync(configPath, JSON.stringify({ oidcIssuers: { [issuer]: jwksPath } }), { mode: 0o600 });
  cairn.variables.CAIRN_CONFIG = configPath;
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  await cairn.awsOk('iam', 'create-user', '--user-name', 'alice', '--path', '/eng/');
  await allow('alice', ['sts:*', 's3:*', 'cloudtrail:LookupEvents', 'iam:ListUsers']);
  alice = keyOf((await cairn.awsOk('iam', 'create-access-key', '--user-name', 'alice')).AccessKey);
});
after(() => cairn.remove());

const document = (...statements) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const arn = (rest, account = accountId) => `arn:aws:iam::${account}:${rest}`;

function allow(user, actions) {
  const policy = document({ Effect: 'Allow', Action: actions, Resource: '*' });
  return cairn.awsOk(
    'iam',
    'put-user-policy',
    ...['--user-name', user, '--policy-name', 'own', '--policy-document', policy],
  );
}

async function makeRole(name, statement, actions = ['*'], extra = []) {
  await cairn.awsOk(
    'iam',
    'create-role',
    ...[
      '--role-name',
      name,
      '--assume-role-policy-document',
      document({ Effect: 'Allow', ...statement }),
      ...extra,
    ],
  );
  await cairn.awsOk(
    'iam',
    'put-role-policy',
    ...['--role-name', name, '--policy-name', 'own'],
    ...['--policy-document', document({ Effect: 'Allow', Action: actions, Resource: '*' })],
  );
  return arn(`role/${name}`);
}

/** Variables of a client that signs with a key or with temporary credentials. */
function keyOf({ AccessKeyId, SecretAccessKey, SessionToken = '' }) {
  secrets.push(SecretAccessKey, ...(SessionToken === '' ? [] : [SessionToken]));
  return {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  };
}

async function asOk(variables, ...args) {
  const { code, stdout, stderr } = await cairn.awsWith(variables, ...args);
  assert.equal(code, 0, stderr);
  return stdout.trimStart().startsWith('{') || stdout.trimStart().startsWith('[')
    ? JSON.parse(stdout)
    : stdout;
}
const asRefused = async (variables, ...args) => refusalOf(await cairn.awsWith(variables, ...args), args);

async function sessionOf(variables, operation, ...args) {
  const answer = await asOk(variables, 'sts', operation, ...args);
  return { answer, key: keyOf(answer.Credentials) };
}
const assume = (variables, roleArn, ...args) =>
  sessionOf(variables, 'assume-role', '--role-arn', roleArn, '--role-session-name', 'audit', ...args);

/** Records of an event name, newest first, as soon as one satisfies. */
function recordsOf(name, satisfies = () => true, variables = {}) {
  return eventually(async () => {
    const { Events } = await asOk(
      variables,
      ...[
        'cloudtrail',
        'lookup-events',
        '--lookup-attributes',
        `AttributeKey=EventName,AttributeValue=${name}`,
      ],
    );
    const found = Events.map((event) => JSON.parse(event.CloudTrailEvent)).filter(satisfies);
    assert.ok(found.length > 0, `a record of ${name}`);
    return found;
  });
}

/** The code of a seed in base32 at a step of 30 seconds. */
function totp(seed, step) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(seed, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
const stepNow = () => Math.floor(Date.now() / 30_000);

describe('profiles of the CLI', () => {
  test('a role by role_arn, source_profile and external_id', async () => {
    const roleArn = await makeRole('reader', {
      Principal: { AWS: arn('user/eng/alice') },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'Example987' } },
    });
    writeFileSync(
      profilesPath,
      `[profile alice]
aws_access_key_id=${alice.AWS_ACCESS_KEY_ID}
aws_secret_access_key=${alice.AWS_SECRET_ACCESS_KEY}
[profile reader]
role_arn=${roleArn}
source_profile=alice
external_id=Example987
role_session_name=audit
[profile stranger]
role_arn=${roleArn}
source_profile=alice
external_id=Guessed
`,
    );
    const profiles = { AWS_CONFIG_FILE: profilesPath };
    const { Arn } = await asOk(profiles, '--profile', 'reader', 'sts', 'get-caller-identity');
    assert.equal(Arn, `arn:aws:sts::${accountId}:assumed-role/reader/audit`);
    await asOk(profiles, '--profile', 'reader', 's3', 'ls');
    const refused = await asRefused(profiles, '--profile', 'stranger', 'sts', 'get-caller-identity');
    assert.equal(refused.code, 'AccessDenied');
    assert.match(
      refused.message,
      /^User: arn:aws:iam::\d{12}:user\/eng\/alice is not authorized to perform: sts:AssumeRole on resource/,
    );
  });

  test('a role by web_identity_token_file, without any key', async () => {
    await cairn.awsOk(
      'iam',
      'create-open-id-connect-provider',
      ...['--url', issuer, '--client-id-list', 'ci', '--thumbprint-list', '0'.repeat(40)],
    );
    const roleArn = await makeRole('deploy', {
      Principal: { Federated: arn('oidc-provider/idp.example.com/realm') },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'idp.example.com/realm:sub': 'repo:main' } },
    });
    const tokenPath = join(cairn.dir, 'token');
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', kid: '1' })
      .setIssuer(issuer)
      .setAudience('ci')
      .setSubject('repo:main')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(issuerKeys.privateKey);
    secrets.push(token);
    writeFileSync(tokenPath, token);
    writeFileSync(
      profilesPath,
      `[profile ci]\nrole_arn=${roleArn}\nweb_identity_token_file=${tokenPath}\nrole_session_name=run-1\n`,
    );
    const identity = await asOk(
      { AWS_CONFIG_FILE: profilesPath },
      '--profile',
      'ci',
      'sts',
      'get-caller-identity',
    );
    assert.equal(identity.Arn, `arn:aws:sts::${accountId}:assumed-role/deploy/run-1`);
    const [record] = await recordsOf('AssumeRoleWithWebIdentity');
    assert.equal(record.userIdentity.type, 'WebIdentityUser');
    assert.equal(record.userIdentity.userName, 'repo:main');
    assert.equal(record.responseElements.subjectFromWebIdentityToken, 'repo:main');
    const [used] = await recordsOf(
      'GetCallerIdentity',
      ({ userIdentity }) =>
        userIdentity.type === 'AssumedRole' && userIdentity.sessionContext.webIdFederationData,
    );
    assert.deepEqual(used.userIdentity.sessionContext.webIdFederationData, {
      federatedProvider: arn('oidc-provider/idp.example.com/realm'),
      attributes: {},
    });
  });
});

describe('MFA', () => {
  let seed;
  let serial;
  let step;
  test('a code makes a session that may call IAM; without one it may not', async () => {
    const seedPath = join(cairn.dir, 'seed');
    const { VirtualMFADevice } = await cairn.awsOk(
      'iam',
      'create-virtual-mfa-device',
      ...[
        '--virtual-mfa-device-name',
        'alice',
        '--outfile',
        seedPath,
        '--bootstrap-method',
        'Base32StringSeed',
      ],
    );
    serial = VirtualMFADevice.SerialNumber;
    seed = readFileSync(seedPath, 'utf8').trim();
    secrets.push(seed);
    step = stepNow();
    await cairn.awsOk(
      'iam',
      'enable-mfa-device',
      ...['--user-name', 'alice', '--serial-number', serial],
      ...['--authentication-code1', totp(seed, step - 1), '--authentication-code2', totp(seed, step)],
    );
    const plain = await sessionOf(alice, 'get-session-token');
    assert.equal((await asRefused(plain.key, 'iam', 'list-users')).code, 'AccessDenied');
    // The code of the next half minute counts already, and is the only one that was not used yet.
    const code = ['--serial-number', serial, '--token-code', totp(seed, step + 1)];
    const strong = await sessionOf(alice, 'get-session-token', ...code);
    await asOk(strong.key, 'iam', 'list-users');
    const again = await asRefused(alice, 'sts', 'get-session-token', ...code);
    assert.equal(again.code, 'AccessDenied');
    assert.match(again.message, /MultiFactorAuthentication failed with invalid MFA one time pass code/);
    const [record] = await recordsOf('ListUsers', ({ errorCode }) => errorCode === undefined);
    assert.equal(record.userIdentity.sessionContext.attributes.mfaAuthenticated, 'true');
    assert.equal(record.userIdentity.accessKeyId, strong.key.AWS_ACCESS_KEY_ID);
  });
});

describe('federated users', () => {
  test('may do what both the user and the session policy allow, and take no role', async () => {
    const policy = document({ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' });
    const { answer, key } = await sessionOf(
      alice,
      'get-federation-token',
      '--name',
      'bob',
      '--policy',
      policy,
    );
    assert.equal(answer.FederatedUser.Arn, `arn:aws:sts::${accountId}:federated-user/bob`);
    assert.ok(answer.PackedPolicySize > 0);
    await asOk(key, 's3', 'ls');
    assert.equal((await asRefused(key, 's3api', 'create-bucket', '--bucket', 'bobs')).code, 'AccessDenied');
    assert.equal((await asRefused(key, 'sts', 'get-session-token')).code, 'AccessDenied');
    assert.equal(
      (
        await asRefused(
          key,
          'sts',
          'assume-role',
          '--role-arn',
          arn('role/reader'),
          '--role-session-name',
          'audit',
        )
      ).code,
      'AccessDenied',
    );
    assert.equal((await asOk(key, 'sts', 'get-caller-identity')).UserId, `${accountId}:bob`);
  });
});

describe('chains of roles', () => {
  test('carry transitive tags and the source identity into the record', async () => {
    const trusts = {
      Principal: { AWS: accountId },
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    };
    const first = await makeRole('JohnRole1', trusts);
    const second = await makeRole('JohnRole2', trusts);
    const one = await assume(
      alice,
      first,
      ...[
        '--tags',
        'Key=Department,Value=Engineering',
        '--transitive-tag-keys',
        'Department',
        '--source-identity',
        'JohnDoe',
      ],
    );
    const two = await assume(one.key, second, ...['--tags', 'Key=Email,Value=john@example.com']);
    assert.equal(two.answer.SourceIdentity, 'JohnDoe');
    await asOk(two.key, 'sts', 'get-caller-identity');
    const [record] = await recordsOf(
      'AssumeRole',
      ({ requestParameters: p }) => p?.incomingTransitiveTags !== undefined,
    );
    assert.deepEqual(record.requestParameters.incomingTransitiveTags, { Department: 'Engineering' });
    assert.deepEqual(record.requestParameters.tags, [{ key: 'Email', value: 'john@example.com' }]);
    assert.equal(record.userIdentity.sessionContext.sourceIdentity, 'JohnDoe');
    assert.equal(record.userIdentity.sessionContext.sessionIssuer.userName, 'JohnRole1');
    assert.deepEqual(Object.keys(record.responseElements.credentials).sort(), [
      'accessKeyId',
      'expiration',
      'sessionToken',
    ]);
    const long = await asRefused(
      one.key,
      'sts',
      'assume-role',
      '--role-arn',
      second,
      '--role-session-name',
      'audit',
      '--duration-seconds',
      '3601',
    );
    assert.equal(long.code, 'ValidationError');
  });
});

describe('presigned URLs of sessions', () => {
  test('open objects, until a bit of the token is changed', async () => {
    await cairn.awsOk('s3', 'mb', 's3://presigned-by-session');
    writeFileSync(join(cairn.dir, 'hello.txt'), 'hello');
    await cairn.awsOk('s3', 'cp', 'hello.txt', 's3://presigned-by-session/hello.txt');
    writeFileSync(profilesPath, '[default]\ns3 =\n  signature_version = s3v4\n');
    const { key } = await assume(alice, arn('role/JohnRole1'));
    const url = (
      await asOk(
        { ...key, AWS_CONFIG_FILE: profilesPath },
        's3',
        'presign',
        's3://presigned-by-session/hello.txt',
      )
    ).trim();
    assert.match(url, /X-Amz-Security-Token=/);
    assert.equal(await (await fetch(url)).text(), 'hello');
    const changed = url.replace(
      /(X-Amz-Security-Token=.{20})(.)/,
      (_, before, letter) => before + (letter === 'A' ? 'B' : 'A'),
    );
    const answer = await fetch(changed);
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /<Code>InvalidToken</);
    const without = await fetch(url.replace(/X-Amz-Security-Token=[^&]*&/, ''));
    assert.equal(without.status, 403);
  });
});

describe('another account', () => {
  let member;
  test('is reached by its administrator role, and both sides have the record', async () => {
    await cairn.awsOk('organizations', 'create-organization', '--feature-set', 'ALL');
    const { CreateAccountStatus } = await cairn.awsOk(
      'organizations',
      'create-account',
      ...['--email', 'member@example.com', '--account-name', 'member'],
    );
    member = await eventually(async () => {
      const { CreateAccountStatus: status } = await cairn.awsOk(
        'organizations',
        'describe-create-account-status',
        ...['--create-account-request-id', CreateAccountStatus.Id],
      );
      assert.equal(status.State, 'SUCCEEDED');
      return status.AccountId;
    });
    const roleArn = arn('role/OrganizationAccountAccessRole', member);
    const { key, answer } = await assume(alice, roleArn);
    assert.equal((await asOk(key, 'sts', 'get-caller-identity')).Account, member);
    const isOurs = ({ responseElements: r }) =>
      r?.credentials?.accessKeyId === answer.Credentials.AccessKeyId;
    const [ours] = await recordsOf('AssumeRole', isOurs);
    const [theirs] = await recordsOf('AssumeRole', isOurs, key);
    assert.equal(ours.sharedEventID, theirs.sharedEventID);
    assert.notEqual(ours.eventID, theirs.eventID);
    assert.deepEqual([ours.recipientAccountId, theirs.recipientAccountId], [accountId, member]);
    assert.equal(ours.userIdentity.type, 'IAMUser');
    assert.deepEqual(theirs.userIdentity, {
      type: 'AWSAccount',
      principalId: ours.userIdentity.principalId,
      accountId,
    });
    // Refused attempts stay on the caller's side.
    await asRefused(
      alice,
      'sts',
      'assume-role',
      '--role-arn',
      arn('role/none', member),
      '--role-session-name',
      'audit',
    );
    await recordsOf('AssumeRole', ({ errorCode }) => errorCode === 'AccessDenied');
    const inMember = await recordsOf('AssumeRole', () => true, key);
    assert.ok(inMember.every(({ errorCode }) => errorCode === undefined));
  });

  test('is entered as its root for one task, once the organization wants that', async () => {
    const input = [
      '--target-principal',
      member,
      '--task-policy-arn',
      'arn=arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials',
    ];
    assert.equal((await asRefused(alice, 'sts', 'assume-root', ...input)).code, 'AccessDenied');
    await cairn.awsOk(
      'organizations',
      'enable-aws-service-access',
      '--service-principal',
      'iam.amazonaws.com',
    );
    await cairn.awsOk('iam', 'enable-organizations-root-sessions');
    const { key } = await sessionOf(alice, 'assume-root', ...input);
    assert.equal((await asOk(key, 'sts', 'get-caller-identity')).Arn, arn('root', member));
    await asOk(key, 'iam', 'list-mfa-devices');
    assert.equal((await asRefused(key, 's3', 'mb', 's3://not-of-the-task')).code, 'AccessDenied');
    const [record] = await recordsOf('AssumeRoot', ({ responseElements }) => responseElements !== null);
    assert.deepEqual(record.requestParameters.targetPrincipal, member);
  });
});

describe('tokens for others', () => {
  test('are signed by an issuer that this server publishes', async () => {
    const refused = await asRefused(
      alice,
      'sts',
      'get-web-identity-token',
      '--audience',
      'a',
      '--signing-algorithm',
      'ES384',
    );
    assert.equal(refused.code, 'OutboundWebIdentityFederationDisabledException');
    const { IssuerIdentifier } = await cairn.awsOk('iam', 'enable-outbound-web-identity-federation');
    const discovery = await (await fetch(`${IssuerIdentifier}/.well-known/openid-configuration`)).json();
    assert.equal(discovery.issuer, IssuerIdentifier);
    for (const algorithm of ['ES384', 'RS256']) {
      const { WebIdentityToken } = await asOk(
        alice,
        'sts',
        'get-web-identity-token',
        ...['--audience', 'my-api', '--signing-algorithm', algorithm],
      );
      secrets.push(WebIdentityToken);
      const keys = createRemoteJWKSet(new URL(discovery.jwks_uri));
      const { payload } = await jwtVerify(WebIdentityToken, keys, {
        issuer: IssuerIdentifier,
        audience: 'my-api',
      });
      assert.equal(payload.sub, arn('user/eng/alice'));
      assert.equal(payload['https://sts.amazonaws.com/'].aws_account, accountId);
    }
  });
});

describe('sessions', () => {
  test('outlive a restart, not their user', async () => {
    await cairn.awsOk('iam', 'create-user', '--user-name', 'carol');
    await allow('carol', ['s3:*', 'sts:*']);
    const { AccessKey } = await cairn.awsOk('iam', 'create-access-key', '--user-name', 'carol');
    const { key } = await sessionOf(keyOf(AccessKey), 'get-session-token');
    await asOk(key, 's3', 'ls');
    await cairn.stop();
    await cairn.start();
    await asOk(key, 's3', 'ls');
    await cairn.awsOk(
      'iam',
      'delete-access-key',
      '--user-name',
      'carol',
      '--access-key-id',
      AccessKey.AccessKeyId,
    );
    await cairn.awsOk('iam', 'delete-user-policy', '--user-name', 'carol', '--policy-name', 'own');
    await cairn.awsOk('iam', 'delete-user', '--user-name', 'carol');
    assert.equal(
      (await asRefused(keyOf(AccessKey), 'sts', 'get-caller-identity')).code,
      'InvalidClientTokenId',
    );
    assert.equal((await asRefused(key, 's3', 'ls')).code, 'AccessDenied');
    // Whoever gets the name next is somebody else.
    await cairn.awsOk('iam', 'create-user', '--user-name', 'carol');
    await allow('carol', ['s3:*']);
    assert.equal((await asRefused(key, 's3', 'ls')).code, 'AccessDenied');
  });

  test('say when keys and roles were last used', async () => {
    await eventually(
      async () => {
        const { AccessKeyLastUsed } = await cairn.awsOk(
          'iam',
          'get-access-key-last-used',
          '--access-key-id',
          alice.AWS_ACCESS_KEY_ID,
        );
        assert.equal(AccessKeyLastUsed.ServiceName, 'sts');
        const { Role } = await cairn.awsOk('iam', 'get-role', '--role-name', 'JohnRole1');
        assert.ok(Role.RoleLastUsed?.LastUsedDate !== undefined);
      },
      { everyMs: 1_000 },
    );
  });

  test('are known by the account of their key ids', async () => {
    const { key } = await sessionOf(alice, 'get-session-token');
    const { Account } = await cairn.awsOk(
      'sts',
      'get-access-key-info',
      '--access-key-id',
      key.AWS_ACCESS_KEY_ID,
    );
    assert.equal(Account, accountId);
    const refused = await asRefused(
      {},
      'sts',
      'decode-authorization-message',
      '--encoded-message',
      'nonsense',
    );
    assert.equal(refused.code, 'InvalidAuthorizationMessageException');
  });
});

test('no secret, token, seed or code is in a record or in the log', async () => {
  const { Events } = await cairn.awsOk('cloudtrail', 'lookup-events', '--max-items', '1000');
  const everything = JSON.stringify(Events) + cairn.output;
  for (const secret of secrets) assert.ok(!everything.includes(secret), `${secret.slice(0, 4)}…`);
});
