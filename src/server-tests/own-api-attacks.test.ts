// SPDX-License-Identifier: Apache-2.0
// Oracle: what SECURITY.md promises (a stranger's calls go to a bounded security log, never into an account's history), the
// rule that everybody but the main account's root reaches his own account's history alone, and what AttackedAccounts holds to.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { until } from '../testing/until.js';
import { AttackedAccounts, allow, document, type Keys, rootKeys, trust } from './attacked-accounts.js';
import { describeTrails, identity, own } from './attacked-server.js';
import type { Answer } from './client.js';
import { signed } from './signed-request.js';

const scene = new AttackedAccounts();
const logBytesMax = 2 * 8 * 1024 * 1024 + 64 * 1024;

function ask(keys: Keys, path: string, document: object | string): Promise<Answer> {
  const body = typeof document === 'string' ? document : JSON.stringify(document);
  return scene.raw(keys, { service: 'cairn', path, body });
}
const lookup = (accountId: unknown) => ({ accountId, attributes: [], limit: 10 });
const tail = (accountId: unknown) => ({ filter: { accountId, attributes: [] }, waitMs: 0 });

/** Every route of the own API, asked about an account. */
function routesAbout(accountId: string): [path: string, body: object | string][] {
  return [
    ['/cairn/v1/lookup', lookup(accountId)],
    ['/cairn/v1/tail', tail(accountId)],
    [`/cairn/v1/import?account=${accountId}&source=forged.json`, '{"Records":[]}'],
  ];
}

/** How many events the main account has once this call's is there: all before it are, too. */
async function settledEvents(): Promise<number> {
  const { requestId } = await scene.call(rootKeys, 'cloudtrail', 'DescribeTrails');
  return (await scene.historyWith(scene.main, [requestId])).length;
}

/** The security log's lines about whoever calls himself so: those of others may still be on their way to the disk. */
const linesAbout = (agent: string) => scene.securityLog().filter(({ userAgent }) => userAgent === agent);

describe("Cairn's own API", () => {
  test('gives a user without rights nothing, and the security log tells of the try', async () => {
    const keys = await scene.user(rootKeys, 'nothing');
    for (const [path, body] of routesAbout(scene.main)) {
      const answer = await ask(keys, path, body);
      assert.equal(answer.status, 403, `${path}: ${answer.text}`);
      assert.match(answer.text, /AccessDenied/);
    }
    const objects = await ask(keys, '/cairn/v1/objects', { bucket: 'no-bucket', keys: ['k'] });
    assert.ok(!objects.text.includes('<'), 'frames, no page of S3');
    const totals = await scene.raw(keys, {
      service: 'cairn',
      method: 'GET',
      path: '/cairn/v1/import-totals',
    });
    assert.equal(totals.status, 403, totals.text);
    const noted = () =>
      new Set(
        scene
          .securityLog()
          .filter(({ accessKeyId }) => accessKeyId === keys.accessKeyId)
          .map(({ path }) => path?.split('?')[0]),
      );
    await until(() => noted().has('/cairn/v1/import-totals'));
    assert.deepEqual(
      noted(),
      new Set(['/cairn/v1/lookup', '/cairn/v1/tail', '/cairn/v1/import', '/cairn/v1/import-totals']),
    );
  });

  test('gives nobody but the main root the history of another account', async () => {
    await scene.done(scene.memberAdmin, 'iam', 'ListUsers');
    const mainAdmin = await scene.user(rootKeys, 'everything', allow('*'));
    const callers: [string, Keys, string][] = [
      ['an administrator of the main account', mainAdmin, scene.alone],
      ['a root that stands alone', scene.aloneRoot, scene.main],
      ['a root that stands alone, of a member', scene.aloneRoot, scene.member],
      ['an administrator of a member', scene.memberAdmin, scene.main],
    ];
    for (const [who, keys, accountId] of callers)
      for (const [path, body] of routesAbout(accountId)) {
        const answer = await ask(keys, path, body);
        assert.ok(answer.status === 403 || answer.status === 400, `${who}, ${path}: ${answer.text}`);
      }
    for (const accountId of [undefined, null, '', '*', '%', `${scene.main}' OR '1'='1`, [scene.main], {}]) {
      const answer = await ask(scene.aloneRoot, '/cairn/v1/lookup', lookup(accountId));
      assert.equal(answer.status, 400, `${JSON.stringify(accountId)}: ${answer.text}`);
    }
  });

  test('lets only the operator’s key make accounts', async () => {
    const admin = await scene.user(rootKeys, 'account-maker', allow('*'));
    const session = await scene.done(rootKeys, 'sts', 'GetSessionToken');
    const given = session.Credentials as {
      AccessKeyId: string;
      SecretAccessKey: string;
      SessionToken: string;
    };
    const ofRoot = {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
    };
    const wanted = { name: 'evil', email: 'evil@example.com' };
    for (const keys of [admin, ofRoot, scene.aloneRoot, scene.memberAdmin])
      assert.equal((await ask(keys, '/cairn/v1/accounts', wanted)).status, 403);
    const odd = ['../../etc', '1'.repeat(13), '000000000000/..', '١'.repeat(12), ' 12345678901'];
    for (const accountId of odd)
      assert.equal(
        (await ask(rootKeys, '/cairn/v1/accounts', { ...wanted, accountId })).status,
        400,
        accountId,
      );
    for (const accountId of [scene.main, scene.alone, scene.member])
      assert.equal(
        (await ask(rootKeys, '/cairn/v1/accounts', { ...wanted, accountId })).status,
        409,
        accountId,
      );
  });

  test('reads objects as the caller may, whoever asks', async () => {
    const Bucket = 'own-api-secrets';
    await scene.done(rootKeys, 's3', 'CreateBucket', { Bucket });
    await scene.done(rootKeys, 's3', 'PutObject', { Bucket, Key: 'open/a', Body: 'for all to see' });
    await scene.done(rootKeys, 's3', 'PutObject', { Bucket, Key: 'shut/a', Body: 'TOP SECRET' });
    const some = await scene.user(rootKeys, 'some', allow('s3:GetObject', `arn:aws:s3:::${Bucket}/open/*`));
    const keys = ['open/a', 'shut/a', 'open/../shut/a', 'open%2f..%2fshut/a', '/shut/a', './shut/a'];
    for (const who of [some, scene.aloneRoot, scene.memberAdmin]) {
      const answer = await ask(who, '/cairn/v1/objects', { bucket: Bucket, keys });
      assert.ok(!answer.text.includes('TOP SECRET'), answer.text);
      assert.equal(answer.text.includes('for all to see'), who === some);
    }
    for (const bucket of ['../own-api-secrets', 'own-api-secrets/shut', '__proto__', ''])
      assert.ok(!(await ask(some, '/cairn/v1/objects', { bucket, keys: ['a'] })).text.includes('SECRET'));
  });

  test('has no route by another writing of its path', async () => {
    const paths = ['/cairn/v1/lookup/', '/cairn//v1/lookup', '/cairn/v1/../v1/lookup', '/cairn/v1/__proto__'];
    for (const path of paths) {
      const answer = await ask(rootKeys, path, lookup(scene.main));
      assert.ok(answer.status === 404 || answer.status === 403, `${path}: ${answer.status}`);
    }
  });
});

describe('a stranger', () => {
  test('with unsigned calls to a bucket that is there is in the security log, not in its owner’s history', async () => {
    const Bucket = 'own-api-secrets';
    const agent = 'nobody, at buckets';
    const tries: [method: string, query: string, body?: string][] = [
      ['GET', '?policy'],
      ['GET', '?acl'],
      ['PUT', '?policy', '{}'],
      ['PUT', '?acl', '<no XML'],
      ['PUT', '?versioning', '<no XML'],
      ['DELETE', ''],
      ['DELETE', '?policy'],
      ['PUT', ''],
    ];
    for (const [method, query, body = ''] of tries) {
      const answer = await scene.client.send({
        method,
        path: `/${Bucket}${query}`,
        headers: { host: scene.client.host, 'user-agent': agent },
        body: Buffer.from(body),
      });
      assert.ok(answer.status >= 400 && answer.status < 500, `${method} ${query}: ${answer.text}`);
    }
    await until(() => linesAbout(agent).length >= tries.length);
    await settledEvents();
    const events = await scene.client.history(scene.main);
    const anonymous = events.filter(({ userIdentity }) => {
      const { accountId, type } = userIdentity as { accountId?: string; type?: string };
      return (
        accountId?.toLowerCase() === 'anonymous' ||
        accountId === 'ANONYMOUS_PRINCIPAL' ||
        type === 'AWSAccount'
      );
    });
    assert.deepEqual(anonymous, []);
    assert.equal(linesAbout(agent).length, tries.length);
    await scene.done(rootKeys, 's3', 'GetBucketLocation', { Bucket });
  });

  test('with an unsigned AssumeRoleWithWebIdentity is in no history when he proves nothing', async () => {
    await scene.done(rootKeys, 'iam', 'CreateRole', {
      RoleName: 'web',
      AssumeRolePolicyDocument: trust({ AWS: scene.main }),
    });
    await scene.done(rootKeys, 'iam', 'PutRolePolicy', {
      RoleName: 'web',
      PolicyName: 'all',
      PolicyDocument: document(allow('*')),
    });
    const agent = 'nobody, with tokens';
    const tokens = ['x', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2V2aWwifQ.', 'e'.repeat(20_000)];
    for (const WebIdentityToken of tokens) {
      const form = new URLSearchParams({
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: `arn:aws:iam::${scene.main}:role/web`,
        RoleSessionName: 'stranger',
        WebIdentityToken,
      });
      const answer = await scene.client.send({
        method: 'POST',
        path: '/',
        headers: {
          host: scene.client.host,
          'user-agent': agent,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: Buffer.from(form.toString()),
      });
      assert.ok(answer.status >= 400 && answer.status < 500, answer.text);
      assert.ok(!answer.text.includes('<Credentials>'));
    }
    await until(() => linesAbout(agent).length >= tokens.length);
    await settledEvents();
    const events = await scene.client.history(scene.main);
    const named = events.filter(({ eventName }) => eventName === 'AssumeRoleWithWebIdentity');
    assert.deepEqual(named, [], 'no event of whom nothing is known');
    assert.equal(linesAbout(agent).length, tokens.length);
  });

  // The last one: what it leaves in the log's two files would hide what the others look for.
  test('cannot fill the disk nor any history with 20,000 bad calls', async () => {
    const before = await settledEvents();
    const whole = signed(scene.client.host, { ...identity, secretAccessKey: 'guessed' });
    const nobody = signed(scene.client.host, { ...describeTrails, accessKeyId: 'AKIANOBODYHASTHISKEY' });
    const loud = (at: number) => ({
      ...(at % 2 === 0 ? whole : nobody),
      headers: {
        ...(at % 2 === 0 ? whole : nobody).headers,
        'user-agent': `"\u0085\\${'u'.repeat(at % 900)}`,
        'x-amz-security-token': 't'.repeat(at % 2_000),
      },
    });
    let refused = 0;
    const worker = async (first: number) => {
      for (let at = first; at < 20_000; at += 32)
        if ((await scene.client.send(loud(at))).status >= 400) refused += 1;
    };
    await Promise.all(Array.from({ length: 32 }, (_, first) => worker(first)));
    assert.equal(refused, 20_000);
    const events = await settledEvents();
    const sizes = ['security.log', 'security.log.1'].map((name) => {
      const file = statSync(join(scene.dataDir, name), { throwIfNoEntry: false });
      return file?.size ?? 0;
    });
    assert.ok(sizes[0]! + sizes[1]! <= logBytesMax, `${sizes} bytes`);
    assert.ok(scene.securityLog().length > 0, 'each line is JSON');
    assert.equal(events, before + 1, 'what is asked here, and nothing else');
    assert.equal((await ask(rootKeys, '/cairn/v1/lookup', lookup(scene.main))).status, 200);
  });
});

test('own requests carry their signature as all others', async () => {
  const whole = signed(scene.client.host, { ...own, body: JSON.stringify(lookup(scene.main)) });
  assert.equal((await scene.client.send(whole)).status, 200);
  const changed = { ...whole, body: Buffer.from(JSON.stringify(lookup(scene.alone))) };
  assert.equal((await scene.client.send(changed)).status, 403);
  assert.equal((await scene.client.send({ ...whole, path: '/cairn/v1/tail' })).status, 403);
});
