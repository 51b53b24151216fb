// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail's quota of five trails a Region (CloudTrail User Guide, "Quotas in AWS CloudTrail") and one owner a
// bucket name, whatever races.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '../testing/until.js';
import { root, type Server, serve, temporaryFolder } from './cairn-process.js';
import { type Answer, Client, logBucketPolicy } from './client.js';

const bucket = 'racing-logs';

describe('calls that race', () => {
  let server: Server;
  let clients: Client[];
  /** The one that prepares and looks. */
  let first: Client;
  let removeFolder = (): void => {};
  const dataDir = temporaryFolder({
    after: (remove) => {
      removeFolder = remove;
    },
  });

  before(async () => {
    server = await serve(dataDir);
    clients = Array.from({ length: 16 }, () => new Client(server.url));
    first = clients[0] as Client;
    assert.equal((await first.s3('PUT', `/${bucket}`)).status, 200);
    assert.ok(Number((await first.s3('PUT', `/${bucket}?policy`, logBucketPolicy(bucket))).status) < 300);
    // Connections are open, so that the calls arrive together.
    await Promise.all(clients.map((client) => client.callerIdentity()));
  });

  after(async () => {
    for (const client of clients) client.close();
    await server.process.end('SIGTERM');
    removeFolder();
  });

  const outcomes = (answers: readonly Answer[]) => {
    const counts: Record<string, number> = {};
    for (const { status, text } of answers) {
      const error = status < 300 ? 'success' : ((JSON.parse(text) as { __type: string }).__type ?? text);
      counts[error] = (counts[error] ?? 0) + 1;
    }
    return counts;
  };

  test('sixteen CreateTrail for five places: five trails', async () => {
    const answers = await Promise.all(
      clients.map((client, index) =>
        client.cloudtrail('CreateTrail', {
          Name: `race-${index}`,
          S3BucketName: bucket,
          IsMultiRegionTrail: index % 2 === 0,
        }),
      ),
    );
    assert.deepEqual(outcomes(answers), { success: 5, MaximumNumberOfTrailsExceededException: 11 });
    const list = await first.cloudtrail('DescribeTrails', {});
    const { trailList } = JSON.parse(String(list.text)) as { trailList: { Name: string }[] };
    assert.equal(trailList.length, 5);
    for (const { Name } of trailList) await first.cloudtrail('DeleteTrail', { Name });
  });

  test('trails of one Region that become multi-Region at once find no sixth place in another', async () => {
    const inRegion = (client: Client, region: string, operation: string, input: object) =>
      client.call({
        service: 'cloudtrail',
        region,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.${operation}`,
        },
        body: JSON.stringify(input),
      });
    for (const region of ['us-east-1', 'eu-west-1'])
      for (const index of [0, 1, 2]) {
        const input = { Name: `${region}-${index}`, S3BucketName: bucket };
        assert.equal((await inRegion(first, region, 'CreateTrail', input)).status, 200);
      }
    const updates = ['us-east-1', 'eu-west-1'].flatMap((region) =>
      [0, 1, 2].map((index) => ({ region, Name: `${region}-${index}` })),
    );
    const answers = await Promise.all(
      updates.map(({ region, Name }, index) =>
        inRegion(clients[index] as Client, region, 'UpdateTrail', { Name, IsMultiRegionTrail: true }),
      ),
    );
    // Each Region has three of its own and room for two shadows.
    const counts = outcomes(answers);
    const list = await inRegion(first, 'us-east-1', 'DescribeTrails', {});
    const { trailList } = JSON.parse(String(list.text)) as { trailList: unknown[] };
    assert.ok(trailList.length <= 5, `${trailList.length} trails in us-east-1`);
    assert.equal((counts.success ?? 0) + (counts.MaximumNumberOfTrailsExceededException ?? 0), 6);
  });

  test('sixteen CreateTrail of one name: one trail, and every refusal is recorded', async () => {
    for (const region of ['us-east-1'])
      for (const index of [0, 1, 2]) await first.cloudtrail('DeleteTrail', { Name: `${region}-${index}` });
    const input = { Name: 'same-name', S3BucketName: bucket };
    const answers = await Promise.all(clients.map((client) => client.cloudtrail('CreateTrail', input)));
    assert.deepEqual(outcomes(answers), { success: 1, TrailAlreadyExistsException: 15 });
    const made = async () =>
      (await first.history(root.accountId)).filter(
        ({ eventName, requestParameters }) =>
          eventName === 'CreateTrail' && requestParameters?.name === 'same-name',
      );
    await until(async () => (await made()).length >= 16);
    const recorded = await made();
    assert.equal(recorded.length, 16);
    assert.equal(recorded.filter(({ errorCode }) => errorCode === undefined).length, 1);
  });
});
