// SPDX-License-Identifier: Apache-2.0
import type { SelectErrorCode } from '../select-error.js';
import type { SelectCounts, SelectRequest } from '../select-request.js';

export type ToWorker =
  | { readonly type: 'start'; readonly request: SelectRequest }
  | { readonly type: 'chunk'; readonly read: number; readonly bytes: Uint8Array }
  /** All chunks have been sent; `failed`: the rest of them cannot be had. */
  | { readonly type: 'end'; readonly read: number; readonly failed: boolean }
  /** One of the records messages has been taken. */
  | { readonly type: 'taken' };

export type FromWorker =
  | { readonly type: 'read'; readonly read: number; readonly start: number; readonly end: number }
  /** One chunk more may come. */
  | { readonly type: 'more'; readonly read: number }
  | { readonly type: 'stop'; readonly read: number }
  | { readonly type: 'records'; readonly bytes: Uint8Array }
  | { readonly type: 'counts'; readonly counts: SelectCounts }
  | { readonly type: 'done'; readonly counts: SelectCounts }
  /** `fault`: what went wrong with us, for the operator. */
  | {
      readonly type: 'failed';
      readonly code: SelectErrorCode;
      readonly message: string;
      readonly fault?: string;
    };
