// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI, which decodes the event stream and checks its checksums; jq's answer to the same question on the same
// files, done here by JSON.parse and array methods. The query is that of the CloudTrail guides: S3 User Guide, "Identifying Amazon
// S3 requests using CloudTrail", and the incident response playbooks that select from log files in place.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { CairnServer, eventually } from '../harness.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const bucket = 'select-from';
const out = join(cairn.dir, 'out');
const fixtures = join(import.meta.dirname, '../../fixtures/cloudtrail');

const api = (...args) => cairn.awsOk('s3api', ...args);

function logFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.json(\.gz)?$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
}

const textOf = (path) =>
  (path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)).toString();

function selectArguments(key, expression, input, output, more) {
  return [
    'select-object-content',
    ...['--bucket', bucket, '--key', key, '--expression', expression, '--expression-type', 'SQL'],
    ...['--input-serialization', JSON.stringify(input), '--output-serialization', JSON.stringify(output)],
    ...more,
    out,
  ];
}

async function select(key, expression, input, output = { JSON: {} }, ...more) {
  await cairn.awsOk('s3api', ...selectArguments(key, expression, input, output, more));
  return readFileSync(out, 'utf8');
}

const parsed = (text) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const document = { JSON: { Type: 'DOCUMENT' } };

const files = logFiles(fixtures).filter((path) => Array.isArray(tryJson(textOf(path))?.Records));

function tryJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

before(async () => {
  assert.ok(files.length > 0, 'there are log files to select from');
  await cairn.start();
  await api('create-bucket', '--bucket', bucket);
  for (const [at, path] of files.entries()) await cairn.awsOk('s3', 'cp', path, `s3://${bucket}/${at}`);
});
after(() => cairn.remove());

describe('the query of the guides on real log files', () => {
  for (const [at, path] of files.entries()) {
    test(path.slice(fixtures.length + 1), async () => {
      const { Records: records } = JSON.parse(textOf(path));
      const address = records.find(({ sourceIPAddress }) => sourceIPAddress)?.sourceIPAddress ?? '192.0.2.1';
      const wanted = records.filter(({ sourceIPAddress: one }) => one !== undefined && one !== address);
      const input = { ...document, CompressionType: path.endsWith('.gz') ? 'GZIP' : 'NONE' };
      const expression = `select * from s3object[*].Records[*] as records where records.sourceIPAddress != '${address}';`;
      assert.deepEqual(parsed(await select(String(at), expression, input)), wanted);
      const count = await select(String(at), 'select count(*) from s3object[*].Records[*]', input, {
        CSV: {},
      });
      assert.equal(count, `${records.length}\n`);
      const nested =
        'select r.eventName, r.userIdentity.type from s3object[*].Records[*] r where r.userIdentity.type is not null';
      assert.deepEqual(
        parsed(await select(String(at), nested, input)).map(({ eventName }) => eventName),
        records.filter((record) => record.userIdentity?.type).map(({ eventName }) => eventName),
      );
    });
  }
});

describe('formats', () => {
  test('CSV with a header, written as CSV and as JSON', async () => {
    writeFileSync(join(cairn.dir, 'people.csv'), 'name,age\nbob,5\n"al, ice",17\n');
    await cairn.awsOk('s3', 'cp', join(cairn.dir, 'people.csv'), `s3://${bucket}/people.csv`);
    const input = { CSV: { FileHeaderInfo: 'USE' } };
    const older = "select s.name, s.age from s3object s where cast(s.age as int) > 9 and s.name like 'al%'";
    assert.equal(
      await select('people.csv', older, input, { CSV: { QuoteFields: 'ALWAYS' } }),
      '"al, ice","17"\n',
    );
    assert.equal(
      await select('people.csv', 'select avg(cast(age as int)) as a from s3object', input),
      '{"a":11}\n',
    );
    assert.equal(
      await select(
        'people.csv',
        'select * from s3object',
        { CSV: {} },
        { CSV: {} },
        '--scan-range',
        'Start=9,End=10',
      ),
      'bob,5\n',
    );
  });

  test('an error before the first record is an error of the call', async () => {
    const refused = (...given) => cairn.awsRefused('s3api', ...selectArguments(...given));
    assert.equal(
      (
        await refused(
          'people.csv',
          'select nme from s3object',
          { CSV: { FileHeaderInfo: 'USE' } },
          { CSV: {} },
          [],
        )
      ).code,
      'MissingHeaders',
    );
    assert.equal(
      (await refused('people.csv', 'select * from elsewhere', { CSV: {} }, { CSV: {} }, [])).code,
      'InvalidDataSource',
    );
    assert.equal(
      (await refused('people.csv', 'select * from s3object', document, { JSON: {} }, [])).code,
      'JSONParsingError',
    );
  });

  test('an error behind the first records ends the call too', async () => {
    const lines = Array.from({ length: 50_000 }, (_, n) => JSON.stringify({ n })).join('\n');
    writeFileSync(join(cairn.dir, 'cut.json'), `${lines}\n{"n":`);
    await cairn.awsOk('s3', 'cp', join(cairn.dir, 'cut.json'), `s3://${bucket}/cut.json`);
    const input = { JSON: { Type: 'LINES' } };
    const { code, stderr } = await cairn.aws(
      's3api',
      ...selectArguments('cut.json', 'select * from s3object', input, { JSON: {} }, []),
    );
    assert.notEqual(code, 0);
    assert.match(stderr, /JSONParsingError/);
    assert.equal(readFileSync(out, 'utf8').split('\n')[0], '{"n":0}');
  });
});

test('a trail that selects data events of the bucket has the call', async () => {
  const { Account: account } = await cairn.awsOk('sts', 'get-caller-identity');
  await api('create-bucket', '--bucket', 'select-logs');
  await api(
    'put-bucket-policy',
    '--bucket',
    'select-logs',
    '--policy',
    JSON.stringify(cloudTrailBucketPolicy('select-logs', account)),
  );
  await cairn.awsOk('cloudtrail', 'create-trail', '--name', 'selections', '--s3-bucket-name', 'select-logs');
  const selectors = [
    {
      ReadWriteType: 'All',
      DataResources: [{ Type: 'AWS::S3::Object', Values: [`arn:aws:s3:::${bucket}/`] }],
    },
  ];
  await cairn.awsOk(
    'cloudtrail',
    'put-event-selectors',
    '--trail-name',
    'selections',
    '--event-selectors',
    JSON.stringify(selectors),
  );
  await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'selections');
  await select('people.csv', 'select * from s3object', { CSV: {} });
  const record = await eventually(async () => {
    const folder = join(cairn.dir, 'logs');
    await cairn.awsOk('s3', 'sync', 's3://select-logs', folder);
    const records = logFiles(folder).flatMap((path) => JSON.parse(textOf(path)).Records ?? []);
    const found = records.find(({ eventName }) => eventName === 'SelectObjectContent');
    assert.ok(found, 'the call is in a log file');
    return found;
  });
  assert.deepEqual(
    [record.eventCategory, record.readOnly, record.requestParameters.key, record.resources[0].ARN],
    ['Data', true, 'people.csv', `arn:aws:s3:::${bucket}/people.csv`],
  );
  assert.equal(JSON.stringify(record).includes('select * from'), false);
});
