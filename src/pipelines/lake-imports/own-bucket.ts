// SPDX-License-Identifier: Apache-2.0
import { bucketNeed } from '../../buckets/access.js';
import type { Acl } from '../../buckets/acl.js';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { importRoleQuestion } from '../../event-data-stores/import-role.js';
import type { StoreImportDocument } from '../../event-data-stores/store-import.js';
import type { Decide } from '../../identity/access.js';
import { decideAccess } from '../../identity/policy/decide-access.js';
import { principalPolicies } from '../../identity/principal-policies.js';
import { type ServiceInRole, serviceInRole } from '../../identity/service-role.js';
import { type DataKeys, KeyError } from '../../keys/data-keys.js';
import type { Clock } from '../../ports/clock.js';
import { type ObjectInfo, type ObjectStore, ObjectStoreError } from '../../ports/object-store.js';
import type { StateStore } from '../../ports/state-store.js';
import { fileBytesMax } from '../import/limits.js';
import { type ImportBucket, ImportSourceError, keysPerPage, type ListedKeys } from './import-bucket.js';

export interface OwnBucketDependencies {
  readonly stateStore: Pick<StateStore, 'get'>;
  readonly objectStore: Pick<ObjectStore, 'list' | 'head' | 'get'>;
  readonly dataKeys: Pick<DataKeys, 'decrypt'>;
  readonly clock: Clock;
}

/**
 * One of Cairn's own buckets, read by CloudTrail in the import's role: trust policy, the role's policies, the bucket's policy and
 * the key's are asked at every list and every object, as owners change them at any time.
 */
export function ownBucket(
  name: string,
  wanted: StoreImportDocument,
  { stateStore, objectStore, dataKeys, clock }: OwnBucketDependencies,
): ImportBucket {
  const state = { get: <T>(key: string) => stateStore.get<T>(key)?.value };

  function open(): { bucket: BucketDocument; inRole: ServiceInRole; decide: Decide } {
    const bucket = state.get<BucketDocument>(bucketKey(name));
    if (bucket === undefined)
      throw new ImportSourceError('NoSuchBucket', `The bucket ${name} does not exist.`);
    const inRole = serviceInRole(importRoleQuestion(wanted, clock.now()), state);
    if (inRole === undefined)
      throw new ImportSourceError('AccessDenied', 'The role cannot be assumed by cloudtrail.amazonaws.com.');
    const { principal, context } = inRole;
    const policies = principalPolicies(principal, state);
    const decide: Decide = (need) =>
      decideAccess({ ...need, principal, policies, context: { ...context, ...need.context } });
    return { bucket, inRole, decide };
  }

  async function list(prefix: string, after: string | undefined): Promise<ListedKeys> {
    const { bucket, inRole, decide } = open();
    const need = bucketNeed(bucket, inRole.principal, {
      action: 's3:ListBucket',
      context: () => ({ 's3:prefix': prefix }),
    });
    if (!decide(need).isAllowed)
      throw new ImportSourceError('AccessDenied', `The role may not list the bucket ${name}.`);
    const { objects, truncated } = await objectStore.list(name, {
      prefix,
      limit: keysPerPage,
      ...(after === undefined ? {} : { after }),
    });
    return { keys: objects.map(({ key }) => key), isEnd: !truncated };
  }

  async function get(key: string): Promise<Uint8Array> {
    const { bucket, inRole, decide } = open();
    const info = await headOf(key);
    const { ownerAccountId = bucket.accountId, acl } = info.attributes;
    const object = { ownerAccountId, acl: acl as Acl };
    const { principal } = inRole;
    const need = bucketNeed(bucket, principal, {
      action: 's3:GetObject',
      key,
      ...(acl === undefined ? {} : { object }),
    });
    if (!decide(need).isAllowed)
      throw new ImportSourceError('AccessDenied', 'The role may not get the object.');
    if (info.size > fileBytesMax)
      throw new ImportSourceError('EntityTooLarge', `The object is larger than ${fileBytesMax} bytes.`);
    const dataKey = await dataKeyOf(info, bucket, inRole, decide);
    const { body } = await objectStore.get(name, key, dataKey === undefined ? {} : { dataKey });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk as Uint8Array);
    return new Uint8Array(Buffer.concat(chunks));
  }

  async function headOf(key: string): Promise<ObjectInfo> {
    const info = await objectStore.head(name, key);
    if (info.isDeleteMarker) throw new ImportSourceError('NoSuchKey', 'The object does not exist any more.');
    return info;
  }

  async function dataKeyOf(
    { attributes }: ObjectInfo,
    { region }: BucketDocument,
    { principal }: ServiceInRole,
    decide: Decide,
  ): Promise<Uint8Array | undefined> {
    const { encryptedDataKey, encryptionContext = {} } = attributes;
    if (encryptedDataKey === undefined) return undefined;
    const { plaintext } = await dataKeys.decrypt(Buffer.from(encryptedDataKey, 'base64'), encryptionContext, {
      principal,
      accountId: principal.accountId,
      region,
      viaService: `s3.${region}.amazonaws.com`,
      decide,
    });
    return plaintext;
  }

  return {
    list: (prefix, after) => toSourceErrors(list(prefix, after)),
    get: (key) => toSourceErrors(get(key)),
  };
}

/** What owners can do something about becomes a failure of the import; everything else is ours. */
async function toSourceErrors<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof KeyError || error instanceof ObjectStoreError)
      throw new ImportSourceError(error.code, error.message, { cause: error });
    throw error;
  }
}
