// SPDX-License-Identifier: Apache-2.0
// Oracle: the form that `cairn serve --help` describes.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readDestinations } from './destination-settings.js';
import { readSettings, SettingsError } from './settings.js';

const secret = 'very-secret-0123456789';
const byVariables = {
  CAIRN_S3_ENDPOINT: 'https://s3.example.com:9000/',
  CAIRN_S3_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  CAIRN_S3_SECRET_ACCESS_KEY: secret,
};
const inFile = { endpoint: 'http://10.0.0.7:9000', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secret };

describe('destinations by variables', () => {
  test('one endpoint for all buckets that are not named', () =>
    assert.deepEqual(readDestinations(undefined, byVariables), {
      byBucket: new Map(),
      otherwise: {
        endpoint: 'https://s3.example.com:9000',
        region: 'us-east-1',
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: secret,
        forcePathStyle: true,
        serverSideEncryption: 'AES256',
        acl: 'bucket-owner-full-control',
      },
    }));
  test('for more accounts than the main one', () => {
    const accountsBy = (CAIRN_S3_ACCOUNTS: string) =>
      readDestinations(undefined, { ...byVariables, CAIRN_S3_ACCOUNTS }).otherwise?.accounts;
    assert.deepEqual(accountsBy('111122223333, 444455556666'), ['111122223333', '444455556666']);
    assert.equal(accountsBy('all'), 'all');
  });
  test('none', () => assert.deepEqual(readDestinations(undefined, {}), { byBucket: new Map() }));
});

describe('destinations by file', () => {
  test('bucket by bucket, secrets by the name of a variable', () => {
    const { byBucket } = readDestinations(
      {
        destinations: {
          'trail-logs': {
            ...inFile,
            secretAccessKey: { env: 'STORE_SECRET' },
            region: 'garage',
            forcePathStyle: false,
            bucket: 'theirs',
            serverSideEncryption: 'none',
            acl: 'none',
          },
        },
      },
      { STORE_SECRET: secret },
    );
    assert.deepEqual(byBucket.get('trail-logs'), {
      ...inFile,
      region: 'garage',
      forcePathStyle: false,
      bucket: 'theirs',
      serverSideEncryption: 'none',
      acl: 'none',
    });
  });
});

const named = (members: object) => ({ destinations: { b: members } });
const refused: [config: unknown, env: Record<string, string>, says: RegExp][] = [
  [named({ ...inFile, accounts: ['1'] }), {}, /accounts must be "all", or account ids/],
  [named({ ...inFile, accounts: '*' }), {}, /accounts must be "all", or account ids/],
  [undefined, { ...byVariables, CAIRN_S3_ACCOUNTS: 'everybody' }, /CAIRN_S3_ACCOUNTS must be "all"/],
  [undefined, { CAIRN_S3_ACCOUNTS: 'all' }, /CAIRN_S3_ACCOUNTS is set without CAIRN_S3_ENDPOINT/],
  [undefined, { CAIRN_S3_REGION: 'x' }, /CAIRN_S3_REGION is set without CAIRN_S3_ENDPOINT/],
  [undefined, { ...byVariables, CAIRN_S3_SECRET_ACCESS_KEY: '' }, /CAIRN_S3_ENDPOINT: .* both/],
  [undefined, { ...byVariables, CAIRN_S3_ENDPOINT: 's3.example.com' }, /endpoint must be http/],
  [undefined, { ...byVariables, CAIRN_S3_ENDPOINT: 'ftp://s3.example.com' }, /endpoint must be http/],
  [undefined, { ...byVariables, CAIRN_S3_ENDPOINT: `https://me:${secret}@s3.example.com` }, /without name/],
  [undefined, { ...byVariables, CAIRN_S3_SERVER_SIDE_ENCRYPTION: 'rot13' }, /AES256 or none/],
  [undefined, { ...byVariables, CAIRN_S3_ACL: 'public-read' }, /bucket-owner-full-control or none/],
  [[], {}, /configuration file must be a JSON object/],
  [{ destination: {} }, {}, /unknown member "destination"/],
  [named([]), {}, /destinations\["b"\] must be a JSON object/],
  [named({ ...inFile, endPoint: 'x' }), {}, /unknown member "endPoint"/],
  [named({ ...inFile, secretAccessKey: undefined }), {}, /destinations\["b"\]: .* both/],
  [named({ ...inFile, secretAccessKey: 7 }), {}, /secretAccessKey must be a text/],
  [named({ ...inFile, secretAccessKey: { env: 'NO_SUCH' } }), {}, /variable NO_SUCH is not set/],
  [named({ ...inFile, forcePathStyle: 'yes' }), {}, /forcePathStyle must be true or false/],
];
describe('what cannot be meant is refused by name, without a secret', () => {
  for (const [config, env, says] of refused) {
    test(String(says), () =>
      assert.throws(
        () => readDestinations(config, env),
        (error) =>
          error instanceof SettingsError && says.test(error.message) && !error.message.includes(secret),
      ),
    );
  }
});

describe('the configuration file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-config-'));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'config.json');
  const read = () => readSettings({ config: path }, {}, () => true);
  const write = (text: string, mode: number) => {
    writeFileSync(path, text);
    chmodSync(path, mode);
  };

  test('is warned of where others may read its secrets', () => {
    write(JSON.stringify(named(inFile)), 0o644);
    assert.match(read().warnings.join(), /config\.json, which holds secrets: chmod 600/);
    write(JSON.stringify(named(inFile)), 0o600);
    assert.deepEqual(read().warnings, []);
    write('{}', 0o644);
    assert.deepEqual(read().warnings, []);
  });

  test('that is not there, or no JSON, is refused without quoting it', () => {
    write(`{"${secret}"`, 0o600);
    assert.throws(read, (error) => error instanceof SettingsError && !error.message.includes(secret));
    rmSync(path);
    assert.throws(read, /cannot be read \(ENOENT\)/);
  });

  test('may be named by CAIRN_CONFIG', () => {
    write(JSON.stringify(named(inFile)), 0o600);
    assert.ok(readSettings({}, { CAIRN_CONFIG: path }, () => true).destinations.byBucket.has('b'));
  });
});
