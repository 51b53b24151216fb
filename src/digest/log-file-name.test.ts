// SPDX-License-Identifier: Apache-2.0
// Oracle: the example keys of the CloudTrail User Guide ("CloudTrail log file examples", "Getting and viewing your
// CloudTrail log files", "Finding your CloudTrail log files"), and that what is built is parsed back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { logFileFolder, parseLogFileKey, toLogFileKey, uniqueNamePart } from './log-file-name.js';

const documented = {
  key: 'AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/01/111122223333_CloudTrail_us-east-2_20150801T0210Z_Mu0KsOhtH1ar15ZZ.json.gz',
  parts: {
    accountId: '111122223333',
    region: 'us-east-2',
    stampMs: Date.parse('2015-08-01T02:10:00Z'),
    unique: 'Mu0KsOhtH1ar15ZZ',
  },
};

test('the documented name is built and read', () => {
  assert.equal(
    toLogFileKey({ ...documented.parts, stampMs: Date.parse('2015-08-01T02:10:59.999Z') }),
    documented.key,
  );
  assert.deepEqual(parseLogFileKey(documented.key), documented.parts);
});

test('a prefix and an organization stand where they should', () => {
  const parts = { ...documented.parts, prefix: 'a/b', organizationId: 'o-exampleorgid' };
  const key = toLogFileKey(parts);
  assert.ok(key.startsWith('a/b/AWSLogs/o-exampleorgid/111122223333/CloudTrail/us-east-2/2015/08/01/'));
  assert.deepEqual(parseLogFileKey(key), parts);
  assert.equal(
    logFileFolder({ accountId: '111122223333', region: 'eu-west-1' }),
    'AWSLogs/111122223333/CloudTrail/eu-west-1',
  );
});

for (const kind of ['CloudTrail-NetworkActivity', 'CloudTrail-Aggregated'] as const) {
  test(`files of ${kind} are in a folder of their own`, () => {
    const parts = { kind, ...documented.parts };
    const key = toLogFileKey(parts);
    assert.equal(key, documented.key.replaceAll('CloudTrail', kind));
    assert.deepEqual(parseLogFileKey(key), parts);
    assert.equal(parseLogFileKey(key.replace(`${kind}/`, 'CloudTrail/')), undefined);
  });
}

for (const key of [
  'AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/01/111122223333_CloudTrail-Digest_us-east-2_t_us-east-2_20150801T021000Z.json.gz',
  'AWSLogs/111122223333/CloudTrail-Insight/us-east-2/2015/08/01/111122223333_CloudTrail-Insight_us-east-2_20150801T0210Z_Mu0KsOhtH1ar15ZZ.json.gz',
  documented.key.replace('/01/', '/02/'),
  documented.key.replace('us-east-2_', 'us-east-1_'),
  documented.key.replace('20150801T0210', '20151301T0210'),
  documented.key.replace('.gz', ''),
  `${documented.key}\n`,
  '',
]) {
  test(`not a log file: ${key.slice(-70)}`, () => assert.equal(parseLogFileKey(key), undefined));
}

test('every name is read back as it was built', () => {
  const letters = fc.constantFrom(...'ABCxyz019');
  const facts = {
    prefix: fc.string({ minLength: 1, maxLength: 50 }),
    accountId: fc.stringMatching(/^\d{12}$/),
    region: fc.constantFrom('us-east-1', 'ap-southeast-3', 'us-gov-west-1'),
    stampMs: fc
      .date({ min: new Date('2013-01-01'), max: new Date('2999-01-01'), noInvalidDate: true })
      .map((date) => Math.floor(date.getTime() / 60_000) * 60_000),
    unique: fc.string({ unit: letters, minLength: 16, maxLength: 16 }),
  };
  const names = fc.record(facts, { noNullPrototype: true });
  fc.assert(fc.property(names, (name) => assert.deepEqual(parseLogFileKey(toLogFileKey(name)), name)));
});

test('unique parts have 16 letters and digits, each of the 62 as likely as the others', () => {
  assert.equal(
    uniqueNamePart(() => Uint8Array.from({ length: 16 }, (_, index) => index)),
    'ABCDEFGHIJKLMNOP',
  );
  // 248 and above would favour the first letters: they are thrown away.
  let call = 0;
  const random = () => new Uint8Array(16).fill(call++ === 0 ? 255 : 61);
  assert.equal(uniqueNamePart(random), '9'.repeat(16));
  const many = new Set(Array.from({ length: 1_000 }, () => uniqueNamePart()));
  assert.equal(many.size, 1_000);
});
