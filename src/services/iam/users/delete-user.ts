// SPDX-License-Identifier: Apache-2.0
import type { DeleteUserRequest } from '@aws-sdk/client-iam';
import type { UserDocument } from '../../../identity/iam-documents.js';
import type { Handler } from '../../service.js';
import { forgetAttachments } from '../policies/attachments.js';
import { openEntity } from '../shared/entity.js';
import { deleteConflict } from '../shared/iam-error.js';

/** All that must be gone first, and what IAM says of it. Source: IAM API Reference, "DeleteUser". */
const conflicts: readonly (readonly [remains: (user: UserDocument) => boolean, message: string])[] = [
  [
    ({ loginProfile }) => loginProfile !== undefined,
    'Cannot delete entity, must delete login profile first.',
  ],
  [({ accessKeyIds }) => accessKeyIds.length > 0, 'Cannot delete entity, must delete access keys first.'],
  [({ mfaSerials }) => mfaSerials.length > 0, 'Cannot delete entity, must delete MFA device first.'],
  [
    ({ inlinePolicies }) => Object.keys(inlinePolicies).length > 0,
    'Cannot delete entity, must delete policies first.',
  ],
  [
    ({ attachedPolicyArns }) => attachedPolicyArns.length > 0,
    'Cannot delete entity, must detach all policies first.',
  ],
  [({ groupNames }) => groupNames.length > 0, 'Cannot delete entity, must remove users from group first.'],
];

/** Everything that hangs on a user is in the user's document: whoever adds something at the same time starts again. */
export const deleteUser: Handler<DeleteUserRequest> = (input, { state, accountId }) => {
  const { key, name, document } = openEntity(state, accountId, 'user', input.UserName ?? '');
  const conflict = conflicts.find(([remains]) => remains(document));
  if (conflict !== undefined) throw deleteConflict(conflict[1]);
  forgetAttachments(state, accountId, { kind: 'user', name }, document);
  state.delete(key);
  return {};
};
