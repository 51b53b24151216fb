// SPDX-License-Identifier: Apache-2.0
import type { Handler } from '../../service.js';
import { nameIn, openEntity } from '../shared/entity.js';
import { verifyChangeable } from './attach-policy.js';
import { forgetAttachment, noteAttachment, openBoundary } from './attachments.js';

/** Groups have none. */
type BoundedKind = 'user' | 'role';

/** Put{User,Role}PermissionsBoundary: the boundary that was there is replaced. */
export function putBoundaryOf(kind: BoundedKind): Handler<{ readonly PermissionsBoundary?: string }> {
  return (input, { state, accountId }) => {
    const entity = openEntity(state, accountId, kind, nameIn(kind, input));
    verifyChangeable(entity);
    const policy = openBoundary(state, accountId, input.PermissionsBoundary ?? '');
    const who = { kind, name: entity.name };
    const { permissionsBoundaryArn } = entity.document;
    if (permissionsBoundaryArn !== undefined)
      forgetAttachment(state, accountId, permissionsBoundaryArn, 'boundary', who);
    state.put(entity.key, { ...entity.document, permissionsBoundaryArn: policy.arn });
    noteAttachment(state, accountId, policy, 'boundary', who);
    return {};
  };
}

/** Delete{User,Role}PermissionsBoundary: of who has none it is no error. */
export function deleteBoundaryOf(kind: BoundedKind): Handler<object> {
  return (input, { state, accountId }) => {
    const entity = openEntity(state, accountId, kind, nameIn(kind, input));
    verifyChangeable(entity);
    const { permissionsBoundaryArn, ...document } = entity.document;
    if (permissionsBoundaryArn === undefined) return {};
    state.put(entity.key, document);
    forgetAttachment(state, accountId, permissionsBoundaryArn, 'boundary', { kind, name: entity.name });
    return {};
  };
}
