// SPDX-License-Identifier: Apache-2.0
// Oracle: the users that were made, by name, and the files on the disk, which show none of those names. The server is killed
// (SIGKILL) between all steps, so what is asked is what the disk holds, not what a process remembers.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, type Server, serve, temporaryFolder } from './cairn-process.js';
import { Client } from './client.js';

const marker = 'marked-user-name';
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${root.accountId}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: '*',
    },
  ],
});

class SealedStores {
  #server: Server | undefined;
  #client: Client | undefined;

  constructor(readonly folder: string) {}

  async restart(): Promise<void> {
    await this.end();
    this.#server = await serve(this.folder);
    this.#client = new Client(this.#server.url);
  }

  async end(): Promise<void> {
    this.#client?.close();
    await this.#server?.process.end('SIGKILL');
  }

  async kms(operation: string, input: object): Promise<Record<string, unknown>> {
    const answer = await this.client.call({
      service: 'kms',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${operation}` },
      body: JSON.stringify(input),
    });
    assert.equal(answer.status, 200, answer.text);
    return answer.text === '' ? {} : (JSON.parse(answer.text) as Record<string, unknown>);
  }

  async newStore(name: string, more: object): Promise<string> {
    const { status, text } = await this.client.cloudtrail('CreateEventDataStore', { Name: name, ...more });
    assert.equal(status, 200, text);
    return (JSON.parse(text) as { EventDataStoreArn: string }).EventDataStoreArn.split('/')[1] as string;
  }

  async createUser(name: string): Promise<void> {
    const { status, text } = await this.client.call({
      service: 'iam',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `Action=CreateUser&Version=2010-05-08&UserName=${name}`,
    });
    assert.equal(status, 200, text);
  }

  /** The answer of a query for the names of all users that were made. */
  async names(id: string): Promise<string> {
    const sql = `SELECT element_at(requestParameters, 'userName') AS name FROM ${id} WHERE eventName = 'CreateUser' ORDER BY 1`;
    const body = JSON.stringify({ sql, dialect: 'lake' });
    return (await this.client.call({ service: 'cairn', path: '/cairn/v1/sql', body })).text;
  }

  /** All that lies in the folder of a store's files. */
  bytesOf(id: string): Buffer {
    const files = readdirSync(this.folder, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.parentPath.includes(join('event-data-store', id)),
    );
    assert.ok(files.length > 0);
    return Buffer.concat(files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))));
  }

  get client(): Client {
    assert.ok(this.#client);
    return this.#client;
  }
}

const namesIn = (answer: string) => Array.from(answer.matchAll(/marked-user-name-\d/g), ([name]) => name);

test('events of a store with a KMS key outlive kills and a key that is disabled, and never lie open in its files', async (t) => {
  const stores = new SealedStores(temporaryFolder(t));
  t.after(() => stores.end());
  await stores.restart();
  const { KeyMetadata } = (await stores.kms('CreateKey', { Policy: policy })) as {
    KeyMetadata: { KeyId: string };
  };
  const { KeyId } = KeyMetadata;
  const sealed = await stores.newStore('sealed', { KmsKeyId: KeyId });
  const open = await stores.newStore('open', {});
  await stores.createUser(`${marker}-1`);
  assert.deepEqual(namesIn(await stores.names(sealed)), [`${marker}-1`]);

  await stores.restart();
  assert.deepEqual(namesIn(await stores.names(sealed)), [`${marker}-1`]);
  await stores.kms('DisableKey', { KeyId });
  await stores.createUser(`${marker}-2`);
  // Brings what waits to the files of all stores.
  assert.deepEqual(namesIn(await stores.names(open)), [`${marker}-1`, `${marker}-2`]);

  await stores.restart();
  const refused = await stores.names(sealed);
  assert.deepEqual(namesIn(refused), []);
  assert.match(refused, /Insufficient permissions to use KMS key|InsufficientEncryptionPolicyException/);
  assert.ok(!stores.bytesOf(sealed).includes(marker) && !stores.bytesOf(sealed).includes('PAR1'));

  await stores.kms('EnableKey', { KeyId });
  await stores.createUser(`${marker}-3`);
  const all = [1, 2, 3].map((n) => `${marker}-${n}`);
  assert.deepEqual(namesIn(await stores.names(sealed)), all);
  await stores.restart();
  assert.deepEqual(namesIn(await stores.names(sealed)), all);
  assert.ok(!stores.bytesOf(sealed).includes(marker));
  assert.ok(stores.bytesOf(open).includes(marker), 'in the clear, the names would have been found');
});
