// SPDX-License-Identifier: Apache-2.0
// Oracle: IAM User Guide, "AWS JSON policy elements: Principal": ARNs of users and roles in a saved policy become their unique
// ids; who is made anew under the same name is not meant, and the policy shows the id of who is gone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type UserDocument, userKey } from '../identity/iam-documents.js';
import type { UserPrincipal } from '../identity/principal.js';
import { KmsScene } from './kms/testing/kms-scene.js';
import { openScene } from './s3/testing/s3-scene.js';
import { SnsScene } from './sns/testing/sns-scene.js';
import { type MemoryCallState, testAccountId } from './testing/call.js';

const arn = `arn:aws:iam::${testAccountId}:user/jane`;
const firstId = 'AIDAJANEFIRST0000';
const secondId = 'AIDAJANESECOND000';

function putJane(state: MemoryCallState, userId: string): void {
  const jane: UserDocument = {
    accountId: testAccountId,
    userName: 'jane',
    userId,
    path: '/',
    createdAtMs: 0,
    tags: {},
    groupNames: [],
    accessKeyIds: [],
    mfaSerials: [],
    inlinePolicies: {},
    attachedPolicyArns: [],
  };
  state.put(userKey(testAccountId, 'jane'), jane);
}

const janeOf = (userId: string): UserPrincipal => ({
  kind: 'user',
  accountId: testAccountId,
  userName: 'jane',
  userId,
  arn,
  accessKeyId: 'AKIAJANE',
});

const toJane = (Action: string, Resource: string) => ({
  Effect: 'Allow',
  Principal: { AWS: arn },
  Action,
  Resource,
});
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

interface Guarded {
  readonly state: MemoryCallState;
  /** Throws where it is refused. */
  use(principal: UserPrincipal): Promise<unknown>;
  policy(): Promise<string>;
}

const guarded: Readonly<Record<string, () => Promise<Guarded>>> = {
  bucket: async () => {
    const scene = await openScene();
    await scene.makeBucket('of-jane');
    putJane(scene.state, firstId);
    const Policy = document(toJane('s3:GetBucketAcl', 'arn:aws:s3:::of-jane'));
    await scene.run('PutBucketPolicy', { Bucket: 'of-jane', Policy });
    await scene.close();
    return {
      state: scene.state,
      use: (principal) => scene.run('GetBucketAcl', { Bucket: 'of-jane' }, { principal }),
      policy: async () => String((await scene.run('GetBucketPolicy', { Bucket: 'of-jane' })).Policy),
    };
  },
  key: async () => {
    const scene = new KmsScene();
    putJane(scene.state, firstId);
    const root = { ...toJane('kms:*', '*'), Principal: { AWS: testAccountId } };
    const KeyId = await scene.key({ Policy: document(root, toJane('kms:DescribeKey', '*')) });
    return {
      state: scene.state,
      use: (principal) => scene.call('DescribeKey', { KeyId }, { principal }),
      policy: async () => String((await scene.call('GetKeyPolicy', { KeyId })).Policy),
    };
  },
  topic: async () => {
    const scene = new SnsScene();
    putJane(scene.state, firstId);
    const TopicArn = await scene.topic();
    const AttributeValue = document(toJane('SNS:GetTopicAttributes', TopicArn));
    await scene.call('SetTopicAttributes', { TopicArn, AttributeName: 'Policy', AttributeValue });
    const read = (options = {}) => scene.call('GetTopicAttributes', { TopicArn }, options);
    return {
      state: scene.state,
      use: (principal) => read({ principal }),
      policy: async () => (await read()).Attributes as never as string,
    };
  },
};

for (const [what, open] of Object.entries(guarded)) {
  describe(`the policy of a ${what}`, () => {
    test('means the user whom it named, and shows him by his ARN', async () => {
      const { use, policy } = await open();
      await use(janeOf(firstId));
      const shown = JSON.stringify(await policy());
      assert.ok(shown.includes(arn) && !shown.includes(firstId), shown);
    });
    test('does not mean who gets his name, and shows whom it meant by his id', async () => {
      const { state, use, policy } = await open();
      putJane(state, secondId);
      await assert.rejects(use(janeOf(secondId)));
      const shown = JSON.stringify(await policy());
      assert.ok(shown.includes(firstId) && !shown.includes(arn), shown);
    });
  });
}
