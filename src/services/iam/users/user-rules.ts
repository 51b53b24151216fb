// SPDX-License-Identifier: Apache-2.0
import type { TextRule } from '../shared/input-rules.js';

/** Source: IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits". */
export const usersMax = 5_000;
export const groupsPerUserMax = 10;
export const accessKeysMax = 2;
export const mfaDevicesPerUserMax = 8;

/** Of a name that is given to a user; that of one who is there may be longer in requests. */
export const newUserNameRule: TextRule = { min: 1, max: 64 };
