// SPDX-License-Identifier: Apache-2.0
/** Oracle: the API references' operations, request lines and error tables. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inertServices } from '../services/inert-services.js';
import { modelFromClient } from './model-from-client.js';
import { missingRequiredMembers } from './required-members.js';
import type { OperationModel } from './service-model.js';
import { shapeOf } from './shape.js';

const models = (await inertServices()).map(({ model }) => model);

function operation(service: string, name: string): OperationModel {
  const found = models.find(({ id }) => id === service)?.operations.get(name);
  assert.ok(found, name);
  return found;
}

test('every S3 operation of a bucket has the bucket in its URI', () => {
  assert.equal(operation('s3', 'PutObject').http?.uri, '/{Bucket}/{Key+}?x-id=PutObject');
  assert.equal(operation('s3', 'CreateBucket').http?.uri, '/{Bucket}');
  assert.equal(operation('s3', 'GetBucketPolicy').http?.uri, '/{Bucket}?policy');
  assert.equal(operation('s3', 'ListBuckets').http?.uri, '/?x-id=ListBuckets');
  for (const found of models.find(({ id }) => id === 's3')?.operations.values() ?? []) {
    const names = found.input?.[4] ?? [];
    assert.equal(names.includes('Bucket'), found.http?.uri.includes('{Bucket}'), found.name);
  }
});

test('errors are the services’ own, without the SDK’s base exceptions', () => {
  for (const { id, errors } of models) {
    assert.ok(errors.size > 0, id);
    // `IAMServiceException` and its like; Organizations has a modelled error of the bare name.
    for (const name of errors.keys()) assert.doesNotMatch(name, /\wServiceException$/, id);
  }
});

test('an operation without input or output has none', () => {
  assert.equal(operation('s3', 'DeleteBucket').output, undefined);
  assert.ok(operation('s3', 'DeleteBucket').input);
});

test('a recursive schema gives a recursive shape, the same every time', () => {
  const node: Parameters<typeof shapeOf>[0] = [3, 'test', 'Node', 0, ['Next'], [() => node]];
  const shape = shapeOf(node);
  assert.equal(shape.members[0]?.shape, shape);
  assert.equal(shapeOf(node), shape);
});

test('missing required members are named in the order of the model, also inside of lists', () => {
  const createTrail = operation('cloudtrail', 'CreateTrail');
  assert.deepEqual(missingRequiredMembers(createTrail, {}), ['Name', 'S3BucketName']);
  assert.deepEqual(missingRequiredMembers(createTrail, { Name: 'n', S3BucketName: 'b' }), []);
  assert.deepEqual(
    missingRequiredMembers(createTrail, { Name: 'n', S3BucketName: 'b', TagsList: [{ Key: 'k' }, {}] }),
    ['TagsList[1].Key'],
  );
  assert.deepEqual(
    missingRequiredMembers(operation('cloudtrail-data', 'PutAuditEvents'), { auditEvents: [{ id: '1' }] }),
    ['auditEvents[0].eventData', 'channelArn'],
  );
});

test('schemas are loaded once, when they are first looked at, and again where loading failed', () => {
  const { operations: _, errors: __, ...facts } = models[0]!;
  let loads = 0;
  const model = modelFromClient(() => {
    loads += 1;
    if (loads === 1) throw new Error('too many open files');
    return { error: [-3, 'test', 'Gone', { error: 'client' }, ['message'], [0]] };
  }, facts);
  assert.deepEqual([model.id, loads], [facts.id, 0]);
  assert.throws(() => model.operations, /too many open files/);
  assert.deepEqual([[...model.errors.keys()], model.operations.size, loads], [['Gone'], 0, 2]);
});
