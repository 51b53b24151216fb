// SPDX-License-Identifier: Apache-2.0
import type {
  ListMFADeviceTagsRequest,
  ListMFADeviceTagsResponse,
  TagMFADeviceRequest,
  UntagMFADeviceRequest,
} from '@aws-sdk/client-iam';
import type { MfaDeviceDocument, Tags } from '../../../identity/iam-documents.js';
import { mfaDeviceKeyOf } from '../../../identity/mfa-codes.js';
import type { Call, Handler } from '../../service.js';
import { pageOfTags, verifyTagKeys, verifyTags, withoutTags, withTags } from '../shared/tags.js';
import { openDevice } from './device-answer.js';

export const tagMfaDevice: Handler<TagMFADeviceRequest> = (input, call) => {
  verifyTags(input.Tags, 'kept');
  const device = openDevice(input.SerialNumber ?? '', call);
  return putTags(device, withTags(device.tags, input.Tags, 'kept'), call);
};

export const untagMfaDevice: Handler<UntagMFADeviceRequest> = (input, call) => {
  verifyTagKeys(input.TagKeys);
  const device = openDevice(input.SerialNumber ?? '', call);
  return putTags(device, withoutTags(device.tags, input.TagKeys ?? [], 'kept'), call);
};

export const listMfaDeviceTags: Handler<ListMFADeviceTagsRequest, ListMFADeviceTagsResponse> = (
  input,
  call,
) => pageOfTags(openDevice(input.SerialNumber ?? '', call).tags, input);

function putTags(device: MfaDeviceDocument, tags: Tags, { state, accountId }: Call): object {
  state.put(mfaDeviceKeyOf(accountId, device.serialNumber) as string, { ...device, tags });
  return {};
}
