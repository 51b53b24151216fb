// SPDX-License-Identifier: Apache-2.0
// Oracle: the generated events, counted by their generator; the real AWS CLI puts them into a bucket and looks them up.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeGuideEvents } from '../guide-events.mjs';
import { CairnServer } from '../harness.mjs';

const certificate = join(import.meta.dirname, '../../fixtures/tls/test-only-cert.pem');
const tls = {
  CAIRN_TLS_CERT: certificate,
  CAIRN_TLS_KEY: join(import.meta.dirname, '../../fixtures/tls/test-only-key.pem'),
};
const cairn = new CairnServer(tls);
let written;

before(async () => {
  await cairn.start();
  cairn.env.AWS_CA_BUNDLE = certificate;
  const folder = join(cairn.dir, 'logs');
  written = writeGuideEvents(folder);
  mkdirSync(join(folder, 'odd [x] & ü'));
  writeFileSync(join(folder, 'odd [x] & ü/broken.json'), '{"Records":[');
  await cairn.awsOk('s3', 'mb', 's3://old-logs');
  await cairn.awsOk('s3', 'cp', '--recursive', '--quiet', folder, 's3://old-logs/years ago/');
});
after(() => cairn.remove());

describe('cairn import s3://…, over HTTPS', () => {
  test('a client that does not know the certificate is not served', async () => {
    const { code, stderr } = await cairn.awsWith({ AWS_CA_BUNDLE: undefined }, 'sts', 'get-caller-identity');
    assert.notEqual(code, 0);
    assert.match(stderr, /CERTIFICATE_VERIFY_FAILED|SSL validation failed/);
  });

  test('everything goes in once; the broken file is named', async () => {
    for (const added of [written.count, 0]) {
      const { code, stdout, stderr } = await cairn.cairnAsClient('import', 's3://old-logs/years ago/');
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^bad: s3:\/\/old-logs\/years ago\/odd \[x\] & ü\/broken\.json: not valid JSON/m);
      assert.match(stdout, new RegExp(`${written.count} events, ${added} new.*; 1 bad file\\n$`));
    }
    const { stdout } = await cairn.cairn('lookup', '--user', written.username, '--json', '--all');
    assert.equal(stdout.trim().split('\n').length, written.ofUser);
  });

  test('nothing there: said, and a failure', async () => {
    for (const [address, reason] of [
      ['s3://old-logs/no-such-prefix', /there are no log files/],
      ['s3://no-such-bucket', /NoSuchBucket/],
    ]) {
      const { code, stderr } = await cairn.cairnAsClient('import', address);
      assert.equal(code, 1);
      assert.match(stderr, reason);
    }
  });

  test('the records of calls over HTTPS say how', async () => {
    await cairn.awsOk('sts', 'get-caller-identity');
    const filter = ['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=CreateBucket'];
    const { Events } = await cairn.awsOk('cloudtrail', 'lookup-events', ...filter);
    const { tlsDetails, additionalEventData } = JSON.parse(Events[0].CloudTrailEvent);
    assert.match(tlsDetails.tlsVersion, /^TLSv1\.[23]$/);
    assert.equal(tlsDetails.clientProvidedHostHeader, new URL(cairn.url).host);
    assert.equal(tlsDetails.cipherSuite, additionalEventData.CipherSuite);
  });
});
