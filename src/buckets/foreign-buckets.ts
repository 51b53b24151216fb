// SPDX-License-Identifier: Apache-2.0

export type ForeignBucketVerdict =
  | { readonly ok: true }
  /** `missing`: no such bucket there. `forbidden`: it lets Cairn not in. `unreachable`: nobody answered. */
  | {
      readonly ok: false;
      readonly reason: 'missing' | 'forbidden' | 'unreachable';
      readonly message: string;
    };

/** Buckets of trails that are not Cairn's own: at S3-compatible endpoints that the operator has set. */
export interface ForeignBuckets {
  /**
   * `named`: set by this name, and foreign whatever Cairn has itself. `otherwise`: foreign unless Cairn has it.
   * Undefined: there is no endpoint for it that trails of this account may use.
   * @param accountId whose trail it is (12 digits)
   */
  place(bucket: string, accountId: string): 'named' | 'otherwise' | undefined;
  /** Asks the endpoint whether log files could go there. Never rejects; answers within `checkMsMax`. */
  check(bucket: string, accountId: string): Promise<ForeignBucketVerdict>;
}
