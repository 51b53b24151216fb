// SPDX-License-Identifier: Apache-2.0
import type { Service } from '../service.js';

/** The handler asks by itself: only the channel's document tells what its policy says, and calls of other accounts have an error of their own. */
export const cloudtrailDataAccess: NonNullable<Service['access']> = () => undefined;
