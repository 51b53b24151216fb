// SPDX-License-Identifier: Apache-2.0

/** What one client may ask of the HTTP server. Times in ms. */
export interface HttpLimits {
  /** A client that does not finish its headers in this time is cut off. */
  readonly headersMsMax: number;
  /** Time for one request with its body; large uploads on slow lines need minutes. */
  readonly requestMsMax: number;
  /** How often clients that are over either time are looked for. */
  readonly overdueCheckMs: number;
  /** AWS SDKs keep idle connections for less than a minute. */
  readonly keepAliveMs: number;
  /** Connections at a time; more are closed as soon as they are made. */
  readonly connectionsMax: number;
  /** How long a stop waits for requests under way. */
  readonly stopMsMax: number;
  /**
   * What a client may still send once its request is answered (a refused upload). Some clients look for an answer only
   * when all is sent; closing at once would take it from them. Nobody is paid for this, so it ends: 64 MiB are eight
   * parts of the usual size.
   */
  readonly unreadBytesMax: number;
  readonly unreadMsMax: number;
  /** A client that sends no more in this time has its answer, or is gone. */
  readonly unreadIdleMsMax: number;
}

export const httpLimits: HttpLimits = {
  headersMsMax: 20_000,
  requestMsMax: 15 * 60_000,
  overdueCheckMs: 5_000,
  keepAliveMs: 65_000,
  connectionsMax: 10_000,
  stopMsMax: 10_000,
  unreadBytesMax: 64 * 1024 ** 2,
  unreadMsMax: 30_000,
  unreadIdleMsMax: 2_000,
};
