// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP, isIPv6 } from 'node:net';

/** `10.0.0.5, 192.168.0.0/16, ::1`: addresses and networks, comma-separated. Throws on what is neither. */
export function parseTrustedProxies(text: string): BlockList {
  const list = new BlockList();
  for (const part of text.split(',').map((entry) => entry.trim())) {
    if (part === '') continue;
    const [address = '', prefix] = part.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    // An empty prefix would be the number 0, a network that everybody is in.
    const bits = prefix === undefined ? undefined : /^\d+$/.test(prefix) ? Number(prefix) : Number.NaN;
    const bitsMax = family === 'ipv6' ? 128 : 32;
    if (
      part.split('/').length > 2 ||
      isIP(address) === 0 ||
      (bits !== undefined && !(Number.isInteger(bits) && bits >= 0 && bits <= bitsMax))
    ) {
      throw new Error(`CAIRN_TRUSTED_PROXIES: "${part}" is neither an address nor a network`);
    }
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, bits, family);
  }
  return list;
}

/** Node names IPv4 peers of a dual-stack socket `::ffff:a.b.c.d`; records name them as IPv4. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

/**
 * The client's address: the peer's, or, when the peer is a trusted proxy, the right-most address of X-Forwarded-For
 * that is not a trusted proxy itself. What stands further left was written by the client and proves nothing.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, trusted: BlockList): string {
  const isTrusted = (address: string) => trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  let client = plainAddress(peer);
  const hops = forwardedFor?.split(',') ?? [];
  while (hops.length > 0 && isIP(client) !== 0 && isTrusted(client)) {
    const hop = plainAddress((hops.pop() ?? '').trim());
    if (isIP(hop) === 0) break;
    client = hop;
  }
  return client;
}
