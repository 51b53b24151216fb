// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
//
// Oracle: IAM User Guide, "IAM and AWS STS quotas"; Organizations User Guide, "Quotas"; S3 User Guide, "Bucket policies" (20 KB);
// KMS Developer Guide, "Resource quotas" (32 KB): what is larger is refused. What is not larger is answered while others are,
// whatever it holds, never by a fault (AttackedAccounts).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AttackedAccounts, allow, document, rootKeys, trust } from './attacked-accounts.js';

const scene = new AttackedAccounts();

const statement = (members: string) =>
  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*",${members}}]}`;
const manyKeys = (count: number) =>
  Array.from({ length: count }, (_, at) => `"k${at}:a":"*a*a*a*a*b"`).join(',');

/** A document up to its resource, whose text is not closed. */
const openResource =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"';

/** Documents of at most `chars` characters that are as much work, or as much of a trap, as they can be. */
function bombs(chars: number): [name: string, text: string][] {
  const filled = (head: string, unit: string, tail: string) =>
    head + unit.repeat(Math.floor((chars - head.length - tail.length) / unit.length)) + tail;
  return [
    ['nested lists', filled('{"Version":"2012-10-17","Statement":', '[', '')],
    ['nested lists that close', nested('[', ']', chars)],
    ['nested objects', nested('{"Statement":', '}', chars)],
    ['opened objects', filled('', '{"a":', '')],
    ['statements', filled('{"Version":"2012-10-17","Statement":[', '{},', '{}]}')],
    ['empty statements', filled('{"Version":"2012-10-17","Statement":[', '{"Effect":"Deny"},', '{}]}')],
    ['wildcards', filled(`${openResource}`, '*a', '"}]}')],
    ['stars', filled(`${openResource}`, '*', '"}]}')],
    ['marks', filled(`${openResource}arn:aws:s3:::`, '?*', '"}]}')],
    ['variables', filled(`${openResource}arn:aws:s3:::`, '${aws:username}', '"}]}')],
    ['open variables', filled(`${openResource}arn:aws:s3:::`, '${', '"}]}')],
    ['blank variables', filled(`${openResource}arn:aws:s3:::\${`, ' ', '}"}]}')],
    [
      'actions',
      filled(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":[',
        '"s*:*",',
        '"*"]}]}',
      ),
    ],
    ['condition keys', statement(`"Condition":{"StringLike":{${manyKeys(Math.floor(chars / 24) - 8)}}}`)],
    [
      'operators',
      statement(
        `"Condition":{"ForAllValues:StringLikeIfExists":{"aws:userid":["${'*x'.repeat(chars / 2 - 120)}"]}}`,
      ),
    ],
    ['dates', statement(`"Condition":{"DateLessThan":{"aws:CurrentTime":"${'9'.repeat(chars - 180)}"}}`)],
    ['networks', statement(`"Condition":{"IpAddress":{"aws:SourceIp":"${':'.repeat(chars - 180)}"}}`)],
    ['numbers', statement(`"Condition":{"NumericEquals":{"s3:max-keys":"${'1'.repeat(chars - 180)}"}}`)],
    ['base64', statement(`"Condition":{"BinaryEquals":{"aws:x":"${'='.repeat(chars - 180)}"}}`)],
    ['escapes', filled('{"Version":"2012-10-17","Id":"', '\\u0000', '"}')],
    ['prototype', '{"Version":"2012-10-17","__proto__":{"Statement":[]},"constructor":{"prototype":{}}}'],
    [
      'one key twice',
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}',
    ],
    ['a number', '7'],
    ['half a character', '{"Version":"2012-10-17","Id":"\\ud800"}'],
  ];
}

function nested(open: string, close: string, chars: number): string {
  const depth = Math.floor(chars / (open.length + close.length)) - 2;
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

describe('documents that are work', () => {
  const takers: [
    name: string,
    chars: number,
    take: (text: string) => Promise<{ status: number; message: string }>,
  ][] = [
    [
      'PutUserPolicy',
      2_048,
      (text) => put('PutUserPolicy', { UserName: 'bomber', PolicyName: 'b', PolicyDocument: text }),
    ],
    [
      'PutUserPolicy, far too long',
      40_000,
      (text) => put('PutUserPolicy', { UserName: 'bomber', PolicyName: 'b', PolicyDocument: text }),
    ],
    [
      'CreatePolicy',
      6_144,
      (text) => put('CreatePolicy', { PolicyName: `b${made++}`, PolicyDocument: text }),
    ],
    [
      'CreateRole',
      2_048,
      (text) => put('CreateRole', { RoleName: `b${made++}`, AssumeRolePolicyDocument: text }),
    ],
    [
      'SimulateCustomPolicy',
      60_000,
      (text) => put('SimulateCustomPolicy', { PolicyInputList: [text], ActionNames: ['s3:GetObject'] }),
    ],
    [
      'GetContextKeysForCustomPolicy',
      60_000,
      (text) => put('GetContextKeysForCustomPolicy', { PolicyInputList: [text] }),
    ],
    [
      'PutBucketPolicy',
      20_000,
      (text) => scene.call(rootKeys, 's3', 'PutBucketPolicy', { Bucket: 'bombed', Policy: text }),
    ],
    ['CreateKey', 32_000, (text) => scene.call(rootKeys, 'kms', 'CreateKey', { Policy: text })],
    [
      'CreatePolicy of an organization',
      5_120,
      (text) =>
        scene.call(rootKeys, 'organizations', 'CreatePolicy', {
          Type: 'SERVICE_CONTROL_POLICY',
          Name: `b${made++}`,
          Description: 'b',
          Content: text,
        }),
    ],
    [
      'PutResourcePolicy of an organization',
      40_000,
      (text) => scene.call(rootKeys, 'organizations', 'PutResourcePolicy', { Content: text }),
    ],
    [
      'GetFederationToken',
      2_048,
      (text) => scene.call(rootKeys, 'sts', 'GetFederationToken', { Name: 'bomb', Policy: text }),
    ],
  ];
  let made = 0;
  const put = (operation: string, input: object) => scene.call(rootKeys, 'iam', operation, input);

  test('a user and a bucket for them', async () => {
    await scene.user(rootKeys, 'bomber');
    await scene.done(rootKeys, 's3', 'CreateBucket', { Bucket: 'bombed' });
  });

  for (const [name, chars, take] of takers)
    test(name, async () => {
      for (const [bomb, text] of bombs(chars)) {
        const came = await take(text);
        assert.ok(came.status < 500, `${bomb}: ${came.status} ${came.message}`);
        const other = await scene.client.callerIdentity();
        assert.equal(other.status, 200, bomb);
      }
    });

  test('many texts of opened variables are gone over once each', async () => {
    const { 'open variables': text = '' } = Object.fromEntries(bombs(131_000));
    const taken = await put('GetContextKeysForCustomPolicy', { PolicyInputList: Array(8).fill(text) });
    assert.equal(taken.status, 200, taken.message);
  });

  test('what was taken is asked, and answers', async () => {
    const keys = await scene.user(rootKeys, 'asked');
    for (const [bomb, text] of bombs(2_048)) {
      const input = { UserName: 'asked', PolicyName: 'bomb', PolicyDocument: text };
      if ((await put('PutUserPolicy', input)).status !== 200) continue;
      const came = await scene.call(keys, 's3', 'GetObject', { Bucket: 'bombed', Key: 'a'.repeat(1_000) });
      assert.ok(came.status < 500, bomb);
      assert.notEqual(came.code, undefined, bomb);
    }
  });
});

describe('what is too large', () => {
  const long = (chars: number) => document(allow('s3:GetObject', `arn:aws:s3:::${'x'.repeat(chars)}`));

  test('is refused before it is kept', async () => {
    await scene.user(rootKeys, 'large');
    const of = { UserName: 'large', PolicyName: 'p' };
    const tooLarge =
      /LimitExceeded|ValidationError|MalformedPolicy|PackedPolicyTooLarge|ConstraintViolation|PolicyTooLarge/;
    const tries: [Parameters<typeof scene.call>[1], string, object][] = [
      ['iam', 'PutUserPolicy', { ...of, PolicyDocument: long(2_100) }],
      ['iam', 'CreatePolicy', { PolicyName: 'large', PolicyDocument: long(6_200) }],
      [
        'iam',
        'CreateRole',
        {
          RoleName: 'large',
          AssumeRolePolicyDocument: trust({ AWS: scene.main }, { Sid: 'x'.repeat(2_100) }),
        },
      ],
      [
        'organizations',
        'CreatePolicy',
        { Type: 'SERVICE_CONTROL_POLICY', Name: 'large', Description: '', Content: long(10_300) },
      ],
      ['sts', 'GetFederationToken', { Name: 'large', Policy: long(2_100) }],
      ['s3', 'PutBucketPolicy', { Bucket: 'bombed', Policy: long(20_600) }],
    ];
    for (const [service, operation, input] of tries)
      await scene.refused(scene.main, rootKeys, service, operation, input, tooLarge);
    const ofKey = document(allow('kms:*', '*', { Principal: '*', Sid: 'x'.repeat(33_000) }));
    await scene.refused(
      scene.main,
      rootKeys,
      'kms',
      'CreateKey',
      { Policy: ofKey },
      /LimitExceeded|Validation|Malformed/,
    );
  });

  test('in many pieces, too: inline policies count together, versions and attachments are few', async () => {
    const keys = await scene.user(rootKeys, 'pieces');
    const piece = document(allow('s3:GetObject', `arn:aws:s3:::${'x'.repeat(900)}`));
    const outcomes: (string | undefined)[] = [];
    for (let at = 0; at < 4; at += 1) {
      const input = { UserName: 'pieces', PolicyName: `p${at}`, PolicyDocument: piece };
      outcomes.push((await put('PutUserPolicy', input)).code);
    }
    assert.match(String(outcomes.at(-1)), /LimitExceeded/);
    assert.equal((await scene.client.callerIdentity()).status, 200);
    await scene.done(keys, 'sts', 'GetCallerIdentity');
  });

  const put = (operation: string, input: object) => scene.call(rootKeys, 'iam', operation, input);
});
