// SPDX-License-Identifier: Apache-2.0
// Oracle: AWS's own answers, as recorded in the public snapshots of LocalStack's KMS tests (tests/aws/services/kms), and the messages
// in the KMS Developer Guide's table "Key states of AWS KMS keys".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, KmsScene } from './testing/kms-scene.js';

const missing = '1234abcd-12ab-34cd-56ef-1234567890ab';
const message = Buffer.from('some important message');

describe('keys that are not there', () => {
  const scene = new KmsScene();
  const here = `arn:aws:kms:us-east-1:${account}`;
  const cases: [name: string, keyId: string, message: string][] = [
    ['an id', missing, `Key '${here}:key/${missing}' does not exist`],
    ['an ARN', `${here}:key/${missing}`, `Key '${here}:key/${missing}' does not exist`],
    [
      'a multi-Region id',
      'mrk-d3b95762d3b95762d3b95762d3b95762',
      `Key '${here}:key/mrk-d3b95762d3b95762d3b95762d3b95762' does not exist`,
    ],
    ['no id', 'fake-key-id', "Invalid keyId 'fake-key-id'"],
    [
      'an id without dashes',
      '134f2428cec14b25a1ae9048164dba47',
      "Invalid keyId '134f2428cec14b25a1ae9048164dba47'",
    ],
    ['no multi-Region id', 'mrk-fake-key-id', "Invalid keyId 'mrk-fake-key-id'"],
    [
      'an ARN of another Region',
      `arn:aws:kms:ap-southeast-1:${account}:key/${missing}`,
      'Invalid arn ap-southeast-1',
    ],
    ['an alias', 'alias/nobody', `Alias ${here}:alias/nobody is not found.`],
  ];
  for (const [name, keyId, told] of cases) {
    test(name, async () =>
      assert.deepEqual(await scene.refusal('DescribeKey', { KeyId: keyId }), ['NotFoundException', told]),
    );
  }
});

test('metadata of a new key', async () => {
  const scene = new KmsScene();
  const { KeyMetadata } = await scene.call('CreateKey', { Description: 'test key 123' });
  const { KeyId: id = '', CurrentKeyMaterialId: materialId, ...metadata } = KeyMetadata ?? {};
  assert.match(materialId ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual(metadata, {
    AWSAccountId: account,
    Arn: scene.arn(id),
    CreationDate: new Date(scene.clock.now()),
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    Description: 'test key 123',
    Enabled: true,
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    KeyManager: 'CUSTOMER',
    KeySpec: 'SYMMETRIC_DEFAULT',
    KeyState: 'Enabled',
    KeyUsage: 'ENCRYPT_DECRYPT',
    MultiRegion: false,
    Origin: 'AWS_KMS',
  });
});

describe('requests that cannot be', () => {
  const scene = new KmsScene();
  const invalid = 'failed to satisfy constraint: Member must';
  const refused: [
    name: string,
    operation: 'CreateKey' | 'GenerateRandom' | 'CreateAlias',
    input: object,
    told: RegExp,
  ][] = [
    [
      'HMAC without a usage',
      'CreateKey',
      { KeySpec: 'HMAC_256' },
      /^You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys\.$/,
    ],
    [
      'no key spec',
      'CreateKey',
      { KeySpec: 'HMAC_random', KeyUsage: 'GENERATE_VERIFY_MAC' },
      new RegExp(
        `^1 validation error detected: Value 'HMAC_random' at 'keySpec' ${invalid} satisfy enum value set: \\[`,
      ),
    ],
    [
      'no usage',
      'CreateKey',
      { KeySpec: 'HMAC_256', KeyUsage: 'RANDOM' },
      new RegExp(
        `^1 validation error detected: Value 'RANDOM' at 'keyUsage' ${invalid} satisfy enum value set: \\[`,
      ),
    ],
    [
      'a usage that the spec has not',
      'CreateKey',
      { KeySpec: 'ECC_NIST_P256', KeyUsage: 'ENCRYPT_DECRYPT' },
      /not compatible/,
    ],
    ['random bytes, how many?', 'GenerateRandom', {}, /^NumberOfBytes is required\.$/],
    [
      'no random bytes',
      'GenerateRandom',
      { NumberOfBytes: 0 },
      new RegExp(
        `^1 validation error detected: Value '0' at 'numberOfBytes' ${invalid} have value greater than or equal to 1$`,
      ),
    ],
    [
      'too many random bytes',
      'GenerateRandom',
      { NumberOfBytes: 1025 },
      new RegExp(
        `^1 validation error detected: Value '1025' at 'numberOfBytes' ${invalid} have value less than or equal to 1024$`,
      ),
    ],
    [
      'an alias without its prefix',
      'CreateAlias',
      { AliasName: 'x', TargetKeyId: missing },
      /^Alias must start with the prefix "alias\/"\. Please see https:\/\/docs\.aws\.amazon\.com\/kms\/latest\/developerguide\/kms-alias\.html$/,
    ],
  ];
  for (const [name, operation, input, told] of refused) {
    test(name, async () => {
      const [code, text] = await scene.refusal(operation, input);
      assert.equal(code, 'ValidationException');
      assert.match(text, told);
    });
  }

  test('a plaintext that is too large, without repeating it', async () => {
    const key = await scene.key();
    const refusal = await scene.refusal('Encrypt', { KeyId: key, Plaintext: Buffer.alloc(4097, 'secret') });
    assert.deepEqual(refusal, [
      'ValidationException',
      "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    ]);
  });

  for (const [spec, algorithm, bytes] of [
    ['RSA_2048', 'RSAES_OAEP_SHA_1', 214],
    ['RSA_2048', 'RSAES_OAEP_SHA_256', 190],
    ['RSA_3072', 'RSAES_OAEP_SHA_256', 318],
  ] as const) {
    test(`${spec} and ${algorithm}: ${bytes} bytes and no more`, async () => {
      const key = await scene.key({ KeySpec: spec, KeyUsage: 'ENCRYPT_DECRYPT' });
      const input = { KeyId: key, EncryptionAlgorithm: algorithm };
      const { CiphertextBlob } = await scene.call('Encrypt', { ...input, Plaintext: Buffer.alloc(bytes, 7) });
      const { Plaintext } = await scene.call('Decrypt', { ...input, CiphertextBlob });
      assert.deepEqual(Plaintext && Buffer.from(Plaintext), Buffer.alloc(bytes, 7));
      assert.deepEqual(await scene.refusal('Encrypt', { ...input, Plaintext: Buffer.alloc(bytes + 1) }), [
        'ValidationException',
        `Algorithm ${algorithm} and key spec ${spec} cannot encrypt data larger than ${bytes} bytes.`,
      ]);
    });
  }
});

describe('keys for other things', () => {
  test('usage and algorithms', async () => {
    const scene = new KmsScene();
    const symmetric = await scene.key();
    const mac = await scene.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const signing = await scene.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    const cases: [operation: 'Encrypt' | 'Sign' | 'Verify' | 'GenerateMac', input: object, told: string][] = [
      [
        'GenerateMac',
        { KeyId: symmetric, MacAlgorithm: 'HMAC_SHA_256' },
        `${scene.arn(symmetric)} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.`,
      ],
      [
        'Sign',
        { KeyId: mac, SigningAlgorithm: 'ECDSA_SHA_256' },
        `${scene.arn(mac)} key usage is GENERATE_VERIFY_MAC which is not valid for Sign.`,
      ],
      [
        'Verify',
        { KeyId: symmetric, SigningAlgorithm: 'ECDSA_SHA_256', Signature: message },
        `${scene.arn(symmetric)} key usage is ENCRYPT_DECRYPT which is not valid for Verify.`,
      ],
      [
        'Encrypt',
        { KeyId: signing, Plaintext: message },
        `${scene.arn(signing)} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
      ],
      [
        'GenerateMac',
        { KeyId: mac, MacAlgorithm: 'HMAC_SHA_512' },
        'Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.',
      ],
    ];
    for (const [operation, input, told] of cases) {
      const refusal = await scene.refusal(operation, { Message: message, ...input });
      assert.deepEqual(refusal, ['InvalidKeyUsageException', told]);
    }
  });

  test('a ciphertext of another key, or with another context', async () => {
    const scene = new KmsScene();
    const [key, other, mac] = [
      await scene.key(),
      await scene.key(),
      await scene.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
    ];
    const context = { EncryptionContext: { purpose: 'test' } };
    const { CiphertextBlob } = await scene.call('Encrypt', { KeyId: key, Plaintext: message, ...context });
    const told = 'The key ID in the request does not identify a CMK that can perform this operation.';
    for (const KeyId of [other, mac]) {
      const refusal = await scene.refusal('Decrypt', { KeyId, CiphertextBlob, ...context });
      assert.deepEqual(refusal, ['IncorrectKeyException', told]);
    }
    assert.deepEqual(await scene.refusal('Decrypt', { CiphertextBlob }), ['InvalidCiphertextException', '']);
    const { Plaintext, KeyId } = await scene.call('Decrypt', { CiphertextBlob, ...context });
    assert.deepEqual(Plaintext && Buffer.from(Plaintext), message);
    assert.equal(KeyId, scene.arn(key));
  });

  test('a MAC or signature of something else', async () => {
    const scene = new KmsScene();
    const mac = {
      KeyId: await scene.key({ KeySpec: 'HMAC_384', KeyUsage: 'GENERATE_VERIFY_MAC' }),
      MacAlgorithm: 'HMAC_SHA_384',
    };
    const { Mac } = await scene.call('GenerateMac', { ...mac, Message: message });
    assert.equal((await scene.call('VerifyMac', { ...mac, Message: message, Mac })).MacValid, true);
    const other = Buffer.from('some different important message');
    assert.deepEqual(await scene.refusal('VerifyMac', { ...mac, Message: other, Mac }), [
      'KMSInvalidMacException',
      '',
    ]);
    const signing = {
      KeyId: await scene.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
      SigningAlgorithm: 'ECDSA_SHA_256',
    };
    const { Signature } = await scene.call('Sign', { ...signing, Message: message });
    assert.equal(
      (await scene.call('Verify', { ...signing, Message: message, Signature })).SignatureValid,
      true,
    );
    const wrong = await scene.refusal('Verify', { ...signing, Message: other, Signature });
    assert.deepEqual(wrong, ['KMSInvalidSignatureException', '']);
  });
});

describe('key states', () => {
  const uses: [
    operation: 'Encrypt' | 'GenerateDataKey' | 'CreateGrant' | 'RotateKeyOnDemand' | 'EnableKeyRotation',
    input: object,
  ][] = [
    ['Encrypt', { Plaintext: message }],
    ['GenerateDataKey', { KeySpec: 'AES_256' }],
    ['CreateGrant', { GranteePrincipal: `arn:aws:iam::${account}:root`, Operations: ['Encrypt'] }],
    ['RotateKeyOnDemand', {}],
    ['EnableKeyRotation', {}],
  ];
  const changes: ('EnableKey' | 'DisableKey' | 'ScheduleKeyDeletion')[] = [
    'EnableKey',
    'DisableKey',
    'ScheduleKeyDeletion',
  ];

  test('disabled: of no use, until enabled', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const { CiphertextBlob } = await scene.call('Encrypt', { KeyId, Plaintext: message });
    await scene.call('DisableKey', { KeyId });
    const told = ['DisabledException', `${scene.arn(KeyId)} is disabled.`];
    for (const [operation, input] of uses)
      assert.deepEqual(await scene.refusal(operation, { KeyId, ...input }), told, operation);
    assert.deepEqual(await scene.refusal('Decrypt', { CiphertextBlob }), told);
    await scene.call('EnableKey', { KeyId });
    await scene.call('Decrypt', { CiphertextBlob });
  });

  test('pending deletion: nothing but to look at it and to call it off', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    assert.deepEqual(await scene.refusal('CancelKeyDeletion', { KeyId }), [
      'KMSInvalidStateException',
      `${scene.arn(KeyId)} is not pending deletion.`,
    ]);
    await scene.call('ScheduleKeyDeletion', { KeyId });
    const told = ['KMSInvalidStateException', `${scene.arn(KeyId)} is pending deletion.`];
    for (const [operation, input] of uses)
      assert.deepEqual(await scene.refusal(operation, { KeyId, ...input }), told, operation);
    for (const operation of changes)
      assert.deepEqual(await scene.refusal(operation, { KeyId }), told, operation);
    await scene.call('CancelKeyDeletion', { KeyId });
    assert.equal((await scene.call('DescribeKey', { KeyId })).KeyMetadata?.KeyState, 'Disabled');
  });
});
