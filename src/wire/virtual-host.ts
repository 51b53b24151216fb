// SPDX-License-Identifier: Apache-2.0
import type { WireRequest } from './http.js';

const bucketName = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
/** `my.bucket.s3.eu-west-1.amazonaws.com` with its variants. Source: Amazon S3 User Guide, "Virtual hosting of buckets". */
const awsHost = /^(?:(.+)\.)?s3(?:[.-](?:dualstack\.|accesspoint\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/;

/** The host that a request names, in lower case, without port; empty when it names none. */
export function hostName(request: WireRequest): string {
  const host = (request.headers.host ?? '').toLowerCase();
  return host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d+$/, '');
}

/**
 * The bucket in the host of a virtual-host-style S3 request. Hosts that are addresses, and hosts that nobody said are
 * ours, have none.
 *
 * @param hostLabels the service's own labels: `s3.example.com` is the service, not a bucket named s3
 * @param baseHosts names that this server goes by, without a service's label
 */
export function bucketInHost(
  host: string,
  hostLabels: readonly string[],
  baseHosts: readonly string[],
): string | undefined {
  if (host === '' || isAddress(host)) return undefined;
  const bucket = awsHost.test(host) ? awsHost.exec(host)?.[1] : belowBase(host, hostLabels, baseHosts);
  return bucket !== undefined && bucketName.test(bucket) ? bucket : undefined;
}

/** All that can be an IP address: the exact syntax does not matter, as no name is all digits or has a colon. */
function isAddress(host: string): boolean {
  return host.includes(':') || /^[\d.]+$/.test(host);
}

function belowBase(
  host: string,
  hostLabels: readonly string[],
  baseHosts: readonly string[],
): string | undefined {
  const bases = baseHosts.flatMap((base) => [...hostLabels.map((label) => `${label}.${base}`), base]);
  for (const base of bases) {
    if (host === base) return undefined;
    if (host.endsWith(`.${base}`)) return host.slice(0, -base.length - 1);
  }
  return undefined;
}

/** The same request in path style, for routing and parsing. The signature is over the request as it came. */
export function toPathStyle(request: WireRequest, bucket: string): WireRequest {
  return { ...request, rawPath: `/${bucket}${request.rawPath}` };
}
