// SPDX-License-Identifier: Apache-2.0
// Oracle: moto_server as a foreign S3, read by the AWS CLI: what its bucket holds, event by event, against the calls that
// were made; GetTrailStatus as the CLI reads it. CloudTrail API Reference, "GetTrailStatus" (LatestDeliveryError is S3's code).
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { FaultProxy, s3Error } from '../fault-proxy.mjs';
import { CairnServer, eventually } from '../harness.mjs';
import { Moto, motoSecret as secret } from '../moto.mjs';
import { recordsBelow } from '../records-below.mjs';

const bucket = 'foreign-logs';
const mapped = 'mapped-logs';
let moto;
let proxy;
let proxyPort;
let cairn;

before(async () => {
  moto = new Moto();
  await moto.start();
  proxy = new FaultProxy(moto.port);
  proxyPort = await proxy.start();
  for (const name of [bucket, 'their-name']) await moto.aws('s3', 'mb', `s3://${name}`);
  cairn = new CairnServer({
    CAIRN_DELIVERY_INTERVAL: '1',
    CAIRN_S3_ENDPOINT: `http://127.0.0.1:${proxyPort}`,
    CAIRN_S3_ACCESS_KEY_ID: 'foreign',
    CAIRN_S3_SECRET_ACCESS_KEY: secret,
    MAPPED_SECRET: secret,
  });
  const config = join(cairn.dir, 'config.json');
  const destination = {
    endpoint: `http://127.0.0.1:${moto.port}`,
    accessKeyId: 'foreign',
    secretAccessKey: { env: 'MAPPED_SECRET' },
    bucket: 'their-name',
  };
  writeFileSync(config, JSON.stringify({ destinations: { [mapped]: destination } }));
  cairn.variables.CAIRN_CONFIG = config;
  await cairn.start();
});
after(async () => {
  await cairn?.remove();
  await proxy?.stop();
  await moto?.stop();
});

const trail = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const create = (name, to) => ['cloudtrail', 'create-trail', '--name', name, '--s3-bucket-name', to];

let downloads = 0;
/** Every record in the files of a bucket at moto. */
async function delivered(name) {
  const folder = join(cairn.dir, `foreign-${++downloads}`);
  mkdirSync(folder);
  const { code, stderr } = await moto.aws('s3', 'sync', '--quiet', `s3://${name}`, folder);
  assert.equal(code, 0, stderr);
  const records = recordsBelow(folder);
  rmSync(folder, { recursive: true });
  return records;
}

/** Makes `count` calls and answers the names in their records. */
let calls = 0;
async function makeCalls(count) {
  const names = [];
  for (let index = 0; index < count; index += 1) {
    const name = `call-${++calls}`;
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', name);
    names.push(name);
  }
  return names;
}

/** Everything that was made is there, and nothing twice. */
async function allThere(names) {
  await eventually(
    async () => {
      const records = await delivered(bucket);
      const made = records.filter(({ eventName }) => eventName === 'CreateBucket');
      const found = made.map(({ requestParameters }) => requestParameters.bucketName);
      assert.deepEqual(
        names.filter((name) => !found.includes(name)),
        [],
      );
      assert.equal(
        new Set(records.map(({ eventID }) => eventID)).size,
        records.length,
        'an event is there twice',
      );
    },
    { everyMs: 500 },
  );
}

function statusWith(name, holds) {
  return eventually(
    async () => {
      const status = await trail('get-trail-status', '--name', name);
      assert.ok(holds(status), JSON.stringify(status));
      return status;
    },
    { everyMs: 300 },
  );
}

describe('a trail to a foreign bucket', () => {
  test('is refused where there is no bucket, no leave, no answer', async () => {
    assert.equal(
      (await cairn.awsRefused(...create('foreign', 'no-such-logs'))).code,
      'S3BucketDoesNotExistException',
    );
    proxy.fault = () => ({ status: 403 });
    assert.equal(
      (await cairn.awsRefused(...create('foreign', bucket))).code,
      'InsufficientS3BucketPolicyException',
    );
    await proxy.stop();
    const { code, message } = await cairn.awsRefused(...create('foreign', bucket));
    assert.deepEqual(
      [code, /could not be asked \(ECONNREFUSED\)/.test(message)],
      ['ServiceUnavailable', true],
      message,
    );
    await proxy.start(proxyPort);
    proxy.fault = () => undefined;
  });

  test('delivers what it logs, as the CLI at the other store sees it', async () => {
    await cairn.awsOk(...create('foreign', bucket));
    await trail('start-logging', '--name', 'foreign');
    await allThere(await makeCalls(3));
    const { stdout } = await moto.aws('s3api', 'list-objects-v2', '--bucket', bucket);
    const [{ Key }] = JSON.parse(stdout).Contents;
    assert.match(Key, /^AWSLogs\/\d{12}\/CloudTrail\/us-east-1\/.*\.json\.gz$/);
    const head = JSON.parse(
      (await moto.aws('s3api', 'head-object', '--bucket', bucket, '--key', Key)).stdout,
    );
    assert.deepEqual(
      [head.ContentType, head.ContentEncoding, head.ServerSideEncryption],
      ['application/json', 'gzip', 'AES256'],
    );
  });

  test('goes to the endpoint and the name that the configuration file maps it to', async () => {
    await cairn.awsOk(...create('mapped', mapped));
    await trail('start-logging', '--name', 'mapped');
    await eventually(async () => {
      const names = (await delivered('their-name')).map(({ eventName }) => eventName);
      assert.ok(names.includes('StartLogging'), names.join());
    });
    await trail('stop-logging', '--name', 'mapped');
  });

  test('is not drawn into a bucket of Cairn that gets the same name later', async () => {
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', bucket);
    const names = await makeCalls(1);
    await allThere(names);
    assert.equal((await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', bucket)).KeyCount ?? 0, 0);
    await cairn.awsOk('s3api', 'delete-bucket', '--bucket', bucket);
  });
});

describe('a foreign store that fails: events wait, the status tells, everything comes once', () => {
  const faults = {
    'connection refused': { down: true, code: 'ECONNREFUSED' },
    '403 AccessDenied': { fault: () => s3Error(403, 'AccessDenied'), code: 'AccessDenied' },
    '404 NoSuchBucket': { fault: () => s3Error(404, 'NoSuchBucket'), code: 'NoSuchBucket' },
    '500 InternalError': { fault: () => s3Error(500, 'InternalError'), code: 'InternalError' },
    "a proxy's 502": { fault: () => ({ status: 502, body: '<html></html>' }), code: 'BadGateway' },
    '503 SlowDown': { fault: ({ method }) => method === 'PUT' && s3Error(503, 'SlowDown'), code: 'SlowDown' },
  };
  for (const [name, { down, fault, code }] of Object.entries(faults)) {
    test(name, async () => {
      if (down) await proxy.stop();
      else proxy.fault = (request) => fault(request) || undefined;
      const names = await makeCalls(3);
      const failing = await statusWith('foreign', (status) => status.LatestDeliveryError === code);
      assert.equal(failing.IsLogging, true);
      assert.notEqual(failing.LatestDeliveryAttemptTime, '');
      if (down) await proxy.start(proxyPort);
      proxy.fault = () => undefined;
      const well = await statusWith('foreign', (status) => status.LatestDeliveryError === undefined);
      assert.ok(well.LatestDeliveryAttemptTime >= failing.LatestDeliveryAttemptTime);
      assert.equal(well.LatestDeliveryAttemptTime, well.LatestDeliveryAttemptSucceeded);
      await allThere(names);
    });
  }

  test('the bucket itself is deleted and made again', async () => {
    await moto.aws('s3', 'rb', '--force', `s3://${bucket}`);
    const names = await makeCalls(2);
    await statusWith('foreign', (status) => status.LatestDeliveryError === 'NoSuchBucket');
    await moto.aws('s3', 'mb', `s3://${bucket}`);
    await allThere(names);
  });

  test('slow answers', async () => {
    proxy.fault = () => ({ delayMs: 1_500 });
    const names = await makeCalls(3);
    await allThere(names);
    proxy.fault = () => undefined;
  });

  test('every second answer to an upload is lost', async () => {
    let puts = 0;
    proxy.fault = ({ method }) => (method === 'PUT' && ++puts % 2 === 1 ? 'answer lost' : undefined);
    const names = [];
    for (let round = 0; round < 3; round += 1) {
      names.push(...(await makeCalls(1)));
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    await allThere(names);
    assert.ok(puts > 1);
    proxy.fault = () => undefined;
  });

  test('kill -9 while it is down loses nothing', async () => {
    await proxy.stop();
    const names = await makeCalls(2);
    await statusWith('foreign', (status) => status.LatestDeliveryError === 'ECONNREFUSED');
    names.push(...(await makeCalls(1)));
    await cairn.kill('SIGKILL');
    await cairn.start();
    await proxy.start(proxyPort);
    await allThere(names);
  });
});

test('no secret is in what the server says', () => {
  assert.ok(!cairn.output.includes(secret), 'the log holds the secret of the endpoint');
});
