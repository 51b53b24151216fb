// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI as the client, and openssl, which verifies with the public key what KMS signed. Codes and messages: KMS API
// Reference and KMS Developer Guide, "Key states of AWS KMS keys"; records: "Logging AWS KMS API calls with AWS CloudTrail".
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually, run } from '../harness.mjs';
import { recordsBelow } from '../records-below.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const secret = 'stones on a heap 7f3a';
let accountId;
let keyId;
let keyArn;

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
});
after(() => cairn.remove());

const kms = (operation, ...args) => cairn.awsOk('kms', operation, ...args);
const refusal = (operation, ...args) => cairn.awsRefused('kms', operation, ...args);
const path = (name) => join(cairn.dir, name);

function file(name, content) {
  writeFileSync(path(name), content);
  return `fileb://${path(name)}`;
}

/** Writes a blob of an answer to a file, as the guides do with `--query … | base64 --decode`. */
const blob = (name, base64) => file(name, Buffer.from(base64, 'base64'));

async function newKey(...args) {
  return (await kms('create-key', ...args)).KeyMetadata.KeyId;
}

describe('a key’s life', () => {
  test('made, described, listed, with tags', async () => {
    const tags = ['--tags', 'TagKey=team,TagValue=audit'];
    const { KeyMetadata } = await kms('create-key', '--description', 'for stones', ...tags);
    keyId = KeyMetadata.KeyId;
    keyArn = KeyMetadata.Arn;
    assert.equal(keyArn, `arn:aws:kms:us-east-1:${accountId}:key/${keyId}`);
    assert.deepEqual((await kms('describe-key', '--key-id', keyArn)).KeyMetadata, KeyMetadata);
    assert.deepEqual((await kms('list-keys')).Keys, [{ KeyId: keyId, KeyArn: keyArn }]);
    await kms('update-key-description', '--key-id', keyId, '--description', 'for more stones');
    await kms('tag-resource', '--key-id', keyId, '--tags', 'TagKey=more,TagValue=1');
    await kms('untag-resource', '--key-id', keyId, '--tag-keys', 'team');
    const { Tags } = await kms('list-resource-tags', '--key-id', keyId);
    assert.deepEqual(Tags, [{ TagKey: 'more', TagValue: '1' }]);
  });

  test('encrypts and decrypts a file, and only with the same encryption context', async () => {
    const context = ['--encryption-context', 'app=cairn,purpose=test'];
    const sealed = await kms('encrypt', '--key-id', keyId, '--plaintext', file('plain', secret), ...context);
    assert.equal(sealed.KeyId, keyArn);
    const ciphertext = ['--ciphertext-blob', blob('sealed', sealed.CiphertextBlob)];
    const opened = await kms('decrypt', ...ciphertext, '--encryption-context', 'purpose=test,app=cairn');
    assert.equal(Buffer.from(opened.Plaintext, 'base64').toString(), secret);
    assert.equal((await refusal('decrypt', ...ciphertext)).code, 'InvalidCiphertextException');
    const wrong = await refusal('decrypt', ...ciphertext, '--encryption-context', 'app=cairn,purpose=other');
    assert.equal(wrong.code, 'InvalidCiphertextException');
    const other = await newKey();
    const incorrect = await refusal('decrypt', ...ciphertext, ...context, '--key-id', other);
    assert.equal(incorrect.code, 'IncorrectKeyException');
    const moved = await kms(
      ...['re-encrypt', ...ciphertext, '--source-encryption-context', 'app=cairn,purpose=test'],
      ...['--destination-key-id', other, '--destination-encryption-context', 'app=new'],
    );
    assert.equal(moved.SourceKeyId, keyArn);
    const again = [
      '--ciphertext-blob',
      blob('moved', moved.CiphertextBlob),
      '--encryption-context',
      'app=new',
    ];
    assert.equal(Buffer.from((await kms('decrypt', ...again)).Plaintext, 'base64').toString(), secret);
    const dry = await refusal('decrypt', ...ciphertext, ...context, '--dry-run');
    assert.equal(dry.code, 'DryRunOperationException');
  });

  test('disabled: of no use until enabled', async () => {
    const encrypt = ['encrypt', '--key-id', keyId, '--plaintext', file('plain', secret)];
    await kms('disable-key', '--key-id', keyId);
    assert.deepEqual(await refusal(...encrypt), {
      code: 'DisabledException',
      message: `${keyArn} is disabled.`,
    });
    await kms('enable-key', '--key-id', keyId);
    await kms(...encrypt);
  });

  test('rotated: what was sealed before still opens, also after a kill -9', async () => {
    const data = ['generate-data-key', '--key-id', keyId, '--key-spec', 'AES_256'];
    const old = await kms(...data);
    await kms('enable-key-rotation', '--key-id', keyId, '--rotation-period-in-days', '90');
    const status = await kms('get-key-rotation-status', '--key-id', keyId);
    assert.deepEqual([status.KeyRotationEnabled, status.RotationPeriodInDays], [true, 90]);
    await kms('rotate-key-on-demand', '--key-id', keyId);
    const fresh = await kms(...data);
    assert.notEqual(fresh.KeyMaterialId, old.KeyMaterialId);
    await cairn.kill();
    await cairn.start();
    for (const { CiphertextBlob, Plaintext, KeyMaterialId } of [old, fresh]) {
      const opened = await kms('decrypt', '--ciphertext-blob', blob('datakey', CiphertextBlob));
      assert.deepEqual([opened.Plaintext, opened.KeyMaterialId], [Plaintext, KeyMaterialId]);
    }
    const { Rotations } = await kms('list-key-rotations', '--key-id', keyId);
    assert.deepEqual(
      Rotations.map((one) => [one.RotationType, one.KeyMaterialId]),
      [['ON_DEMAND', fresh.KeyMaterialId]],
    );
    await kms('disable-key-rotation', '--key-id', keyId);
  });

  test('scheduled for deletion, and called off', async () => {
    const doomed = await newKey();
    const schedule = ['schedule-key-deletion', '--key-id', doomed, '--pending-window-in-days'];
    assert.equal((await refusal(...schedule, '6')).code, 'ValidationException');
    assert.equal((await kms(...schedule, '7')).KeyState, 'PendingDeletion');
    const plaintext = file('plain', secret);
    const refused = await refusal('encrypt', '--key-id', doomed, '--plaintext', plaintext);
    assert.equal(refused.code, 'KMSInvalidStateException');
    assert.match(refused.message, /is pending deletion\.$/);
    await kms('cancel-key-deletion', '--key-id', doomed);
    const { KeyMetadata } = await kms('describe-key', '--key-id', doomed);
    assert.deepEqual([KeyMetadata.KeyState, KeyMetadata.DeletionDate], ['Disabled', undefined]);
  });
});

describe('other keys', () => {
  const signers = [
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256', 'sha256', []],
    [
      'RSA_3072',
      'RSASSA_PSS_SHA_384',
      'sha384',
      ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest'],
    ],
    ['ECC_NIST_P256', 'ECDSA_SHA_256', 'sha256', []],
    ['ECC_NIST_P521', 'ECDSA_SHA_512', 'sha512', []],
    ['ECC_SECG_P256K1', 'ECDSA_SHA_256', 'sha256', []],
  ];
  for (const [spec, algorithm, hash, options] of signers) {
    test(`${spec}: openssl verifies ${algorithm} with the public key, over message and digest`, async () => {
      const id = await newKey('--key-spec', spec, '--key-usage', 'SIGN_VERIFY');
      blob('public.der', (await kms('get-public-key', '--key-id', id)).PublicKey);
      const digest = file('digest', createHash(hash).update(secret).digest());
      const forms = [
        ['RAW', file('message', secret)],
        ['DIGEST', digest],
      ];
      for (const [type, message] of forms) {
        const sign = [
          '--key-id',
          id,
          '--signing-algorithm',
          algorithm,
          '--message-type',
          type,
          '--message',
          message,
        ];
        const { Signature } = await kms('sign', ...sign);
        blob('signature', Signature);
        const command = ['dgst', `-${hash}`, ...options, '-verify', path('public.der'), '-keyform', 'DER'];
        const { stdout } = await run('openssl', [
          ...command,
          '-signature',
          path('signature'),
          path('message'),
        ]);
        assert.equal(stdout.trim(), 'Verified OK', `${type}`);
        const verify = ['verify', ...sign, '--signature', `fileb://${path('signature')}`];
        assert.equal((await kms(...verify)).SignatureValid, true);
        const altered = [...verify.slice(0, -1), file('altered', Buffer.alloc(70, 1))];
        assert.equal((await refusal(...altered)).code, 'KMSInvalidSignatureException');
      }
    });
  }

  test('HMAC', async () => {
    const id = await newKey('--key-spec', 'HMAC_256', '--key-usage', 'GENERATE_VERIFY_MAC');
    const key = ['--key-id', id, '--mac-algorithm', 'HMAC_SHA_256'];
    const { Mac } = await kms('generate-mac', ...key, '--message', file('message', secret));
    const mac = ['--mac', blob('mac', Mac)];
    assert.equal(
      (await kms('verify-mac', ...key, ...mac, '--message', `fileb://${path('message')}`)).MacValid,
      true,
    );
    const wrong = await refusal('verify-mac', ...key, ...mac, '--message', file('other', 'x'));
    assert.equal(wrong.code, 'KMSInvalidMacException');
    assert.equal(
      Buffer.from((await kms('generate-random', '--number-of-bytes', '24')).Plaintext, 'base64').length,
      24,
    );
  });

  test('RSA encryption: openssl encrypts with the public key, KMS decrypts', async () => {
    const id = await newKey('--key-spec', 'RSA_2048', '--key-usage', 'ENCRYPT_DECRYPT');
    blob('public.der', (await kms('get-public-key', '--key-id', id)).PublicKey);
    file('plain', secret);
    const oaep = ['-pkeyopt', 'rsa_padding_mode:oaep', '-pkeyopt', 'rsa_oaep_md:sha256'];
    const files = ['-in', path('plain'), '-out', path('sealed')];
    const key = ['-pubin', '-inkey', path('public.der'), '-keyform', 'DER'];
    const { code, stderr } = await run('openssl', ['pkeyutl', '-encrypt', ...key, ...oaep, ...files]);
    assert.equal(code, 0, stderr);
    const sealed = [
      '--ciphertext-blob',
      `fileb://${path('sealed')}`,
      '--encryption-algorithm',
      'RSAES_OAEP_SHA_256',
    ];
    const { Plaintext } = await kms('decrypt', '--key-id', id, ...sealed);
    assert.equal(Buffer.from(Plaintext, 'base64').toString(), secret);
    const pair = await kms('generate-data-key-pair', '--key-id', keyId, '--key-pair-spec', 'RSA_2048');
    blob('private.der', pair.PrivateKeyPlaintext);
    const shown = await run('openssl', [
      'pkey',
      '-inform',
      'DER',
      '-in',
      path('private.der'),
      '-pubout',
      '-outform',
      'DER',
      '-out',
      path('shown'),
    ]);
    assert.equal(shown.code, 0, shown.stderr);
    assert.equal(readFileSync(path('shown')).toString('base64'), pair.PublicKey);
  });
});

describe('who may', () => {
  test('aliases', async () => {
    await kms('create-alias', '--alias-name', 'alias/stones', '--target-key-id', keyId);
    const data = await kms(
      'generate-data-key-without-plaintext',
      '--key-id',
      'alias/stones',
      '--key-spec',
      'AES_128',
    );
    assert.equal(data.KeyId, keyArn);
    const twice = await refusal('create-alias', '--alias-name', 'alias/stones', '--target-key-id', keyId);
    assert.equal(twice.code, 'AlreadyExistsException');
    const reserved = await refusal(
      'create-alias',
      '--alias-name',
      'alias/aws/stones',
      '--target-key-id',
      keyId,
    );
    assert.equal(reserved.code, 'NotAuthorizedException');
    await kms('update-alias', '--alias-name', 'alias/stones', '--target-key-id', await newKey());
    const { Aliases } = await kms('list-aliases');
    assert.deepEqual(
      Aliases.map((alias) => alias.AliasName),
      ['alias/stones'],
    );
    await kms('delete-alias', '--alias-name', 'alias/stones');
    assert.equal((await refusal('describe-key', '--key-id', 'alias/stones')).code, 'NotFoundException');
  });

  test('policies: the default one, one that locks out, one that keeps its account from a use', async () => {
    const id = await newKey();
    const { Policy } = await kms('get-key-policy', '--key-id', id, '--policy-name', 'default');
    const [allowed] = JSON.parse(Policy).Statement;
    assert.deepEqual(
      [allowed.Principal, allowed.Action],
      [{ AWS: `arn:aws:iam::${accountId}:root` }, 'kms:*'],
    );
    const put = (...Statement) => {
      writeFileSync(path('policy.json'), JSON.stringify({ Version: '2012-10-17', Statement }));
      return ['put-key-policy', '--key-id', id, '--policy', `file://${path('policy.json')}`];
    };
    const lockout = await refusal(...put({ ...allowed, Action: 'kms:Encrypt' }));
    assert.deepEqual(lockout, {
      code: 'MalformedPolicyDocumentException',
      message: 'The new key policy will not allow you to update the key policy in the future.',
    });
    await kms(...put({ ...allowed, Action: ['kms:PutKeyPolicy', 'kms:Describe*'] }));
    const denied = await refusal('encrypt', '--key-id', id, '--plaintext', file('plain', secret));
    assert.equal(denied.code, 'AccessDeniedException');
    assert.match(denied.message, /is not authorized to perform: kms:Encrypt on resource: arn:aws:kms:/);
    await kms(...put(allowed), '--bypass-policy-lockout-safety-check');
    await kms('encrypt', '--key-id', id, '--plaintext', `fileb://${path('plain')}`);
  });

  test('grants: made, listed, retired, revoked', async () => {
    const grantee = `arn:aws:iam::444455556666:root`;
    const root = `arn:aws:iam::${accountId}:root`;
    const create = [
      'create-grant',
      '--key-id',
      keyId,
      '--grantee-principal',
      grantee,
      '--retiring-principal',
      root,
    ];
    const constraints = ['--constraints', 'EncryptionContextSubset={app=cairn}'];
    const one = await kms(...create, '--operations', 'Decrypt', 'Encrypt', ...constraints);
    const two = await kms(...create, '--operations', 'DescribeKey', '--name', 'two');
    const { Grants } = await kms('list-grants', '--key-id', keyId);
    assert.deepEqual(Grants.map((grant) => grant.GrantId).sort(), [one.GrantId, two.GrantId].sort());
    assert.equal((await kms('list-retirable-grants', '--retiring-principal', root)).Grants.length, 2);
    await kms('retire-grant', '--grant-token', one.GrantToken);
    await kms('revoke-grant', '--key-id', keyId, '--grant-id', two.GrantId);
    assert.deepEqual((await kms('list-grants', '--key-id', keyId)).Grants, []);
    assert.equal((await refusal(...create, '--operations', 'Sign')).code, 'ValidationException');
  });
});

describe('a trail’s key', () => {
  const bucket = 'kms-logs';
  let trailKey;
  const create = (name, key, ...args) => [
    'create-trail',
    '--name',
    name,
    '--s3-bucket-name',
    bucket,
    '--kms-key-id',
    key,
    ...args,
  ];
  const trailRefusal = async (...args) => (await cairn.awsRefused('cloudtrail', ...args)).code;

  /** Source: CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail". */
  const guidePolicy = (trailArn) => ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Sid: 'Allow CloudTrail to encrypt logs',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 'kms:GenerateDataKey*',
        Resource: '*',
        Condition: {
          StringEquals: { 'aws:SourceArn': trailArn },
          StringLike: {
            'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${accountId}:trail/*`,
          },
        },
      },
      {
        Sid: 'Allow CloudTrail access',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 'kms:DescribeKey',
        Resource: '*',
      },
    ],
  });

  before(async () => {
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', bucket);
    writeFileSync(path('bucket.json'), JSON.stringify(cloudTrailBucketPolicy(bucket, accountId)));
    await cairn.awsOk(
      's3api',
      'put-bucket-policy',
      '--bucket',
      bucket,
      '--policy',
      `file://${path('bucket.json')}`,
    );
    trailKey = await newKey();
  });

  test('refused: no key, another Region, a key that does not let CloudTrail in, a disabled one', async () => {
    assert.equal(await trailRefusal(...create('keyed', 'alias/nobody')), 'KmsKeyNotFoundException');
    assert.equal(await trailRefusal(...create('keyed', 'not a key')), 'InvalidKmsKeyIdException');
    const abroad = (await kms('create-key', '--region', 'eu-west-1')).KeyMetadata.Arn;
    assert.equal(await trailRefusal(...create('keyed', abroad)), 'KmsKeyNotFoundException');
    assert.equal(await trailRefusal(...create('keyed', trailKey)), 'InsufficientEncryptionPolicyException');
    const other = guidePolicy(`arn:aws:cloudtrail:us-east-1:${accountId}:trail/other`);
    writeFileSync(path('policy.json'), JSON.stringify(other));
    await kms('put-key-policy', '--key-id', trailKey, '--policy', `file://${path('policy.json')}`);
    assert.equal(await trailRefusal(...create('keyed', trailKey)), 'InsufficientEncryptionPolicyException');
  });

  test('taken with the guide’s policy; given up and taken again by update-trail', async () => {
    const policy = guidePolicy(`arn:aws:cloudtrail:us-east-1:${accountId}:trail/keyed`);
    writeFileSync(path('policy.json'), JSON.stringify(policy));
    await kms('put-key-policy', '--key-id', trailKey, '--policy', `file://${path('policy.json')}`);
    await kms('create-alias', '--alias-name', 'alias/trails', '--target-key-id', trailKey);
    const arn = `arn:aws:kms:us-east-1:${accountId}:key/${trailKey}`;
    const made = await cairn.awsOk('cloudtrail', ...create('keyed', 'alias/trails'));
    assert.equal(made.KmsKeyId, arn);
    const { trailList } = await cairn.awsOk('cloudtrail', 'describe-trails', '--trail-name-list', 'keyed');
    assert.equal(trailList[0].KmsKeyId, arn);
    const update = (key) => ['update-trail', '--name', 'keyed', '--kms-key-id', key];
    assert.equal((await cairn.awsOk('cloudtrail', ...update(''))).KmsKeyId, undefined);
    await kms('disable-key', '--key-id', trailKey);
    assert.equal(await trailRefusal(...update(trailKey)), 'KmsException');
    await kms('enable-key', '--key-id', trailKey);
    assert.equal((await cairn.awsOk('cloudtrail', ...update(trailKey))).KmsKeyId, arn);
  });

  test('encrypts what is delivered; disabled, it stops delivery, which the status shows, and loses nothing', async () => {
    const list = async () => {
      const { Contents = [] } = await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', bucket);
      return Contents.map(({ Key }) => Key).filter((name) => name.endsWith('.json.gz'));
    };
    const status = () => cairn.awsOk('cloudtrail', 'get-trail-status', '--name', 'keyed');
    await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'keyed');
    const first = await eventually(async () => {
      const [key] = await list();
      assert.ok(key, 'nothing was delivered');
      return ['--bucket', bucket, '--key', key];
    });
    const head = await cairn.awsOk('s3api', 'head-object', ...first);
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId.split('/').at(-1)], ['aws:kms', trailKey]);
    await cairn.awsOk('s3api', 'get-object', ...first, path('first'));
    await kms('disable-key', '--key-id', trailKey);
    const { stderr } = await cairn.aws('s3api', 'get-object', ...first, path('first'));
    assert.match(stderr, /\(KMS\.DisabledException\)/);
    const names = ['alias/while-1', 'alias/while-2', 'alias/while-3'];
    for (const name of names) await kms('create-alias', '--alias-name', name, '--target-key-id', keyId);
    await eventually(async () => assert.match((await status()).LatestDeliveryError, /DisabledException/));
    await kms('enable-key', '--key-id', trailKey);
    await eventually(
      async () => {
        await cairn.awsOk('s3', 'sync', '--quiet', `s3://${bucket}`, path('copy'));
        const made = recordsBelow(path('copy')).filter((record) => record.eventName === 'CreateAlias');
        const counts = names.map(
          (name) => made.filter((one) => one.requestParameters.aliasName === name).length,
        );
        assert.deepEqual(counts, [1, 1, 1]);
        assert.equal((await status()).LatestDeliveryError ?? '', '');
      },
      { everyMs: 1000 },
    );
  });
});

describe('the record', () => {
  const events = (name) =>
    eventually(async () => {
      const filter = ['--lookup-attributes', `AttributeKey=EventName,AttributeValue=${name}`];
      const { Events } = await cairn.awsOk('cloudtrail', 'lookup-events', ...filter);
      assert.ok(Events.length > 0, name);
      return Events.map((event) => JSON.parse(event.CloudTrailEvent));
    });

  test('tells the key and the context, and nothing secret', async () => {
    const encrypt = (await events('Encrypt')).find(
      (one) => one.requestParameters?.encryptionContext?.app === 'cairn',
    );
    assert.deepEqual(encrypt.requestParameters, {
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      encryptionContext: { app: 'cairn', purpose: 'test' },
      keyId,
    });
    assert.equal(encrypt.responseElements, null);
    assert.deepEqual(encrypt.resources, [{ accountId, type: 'AWS::KMS::Key', ARN: keyArn }]);
    assert.deepEqual(
      [encrypt.readOnly, encrypt.managementEvent, encrypt.eventCategory],
      [true, true, 'Management'],
    );
    const [disabled] = (await events('DisableKey')).slice(-1);
    assert.deepEqual(disabled.responseElements, { keyId: keyArn });
    assert.equal(disabled.readOnly, false);
  });

  test('of every call there is one, and no plaintext, key or signature in any of them', async () => {
    const source = ['--lookup-attributes', 'AttributeKey=EventSource,AttributeValue=kms.amazonaws.com'];
    const { Events } = await cairn.awsOk('cloudtrail', 'lookup-events', ...source, '--max-items', '1000');
    assert.ok(Events.length > 60, `${Events.length}`);
    const text = Events.map((event) => event.CloudTrailEvent).join('\n');
    for (const word of [
      secret,
      Buffer.from(secret).toString('base64'),
      'plaintext"',
      'ciphertextBlob',
      'signature"',
      '"mac"',
      'sealed',
    ])
      assert.ok(!text.includes(word), word);
    assert.ok(!cairn.output.includes(secret));
  });
});
