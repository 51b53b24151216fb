// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP } from 'node:net';

/**
 * Addresses that no subscriber has: those at which clouds tell a machine its own credentials. Whoever may subscribe
 * could otherwise make us ask there. Other private addresses are allowed: that is where the subscribers of a self-hosted
 * server are.
 */
const refused = new BlockList();
// Link-local: metadata of AWS, Azure, Google Cloud, OpenStack, …
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addSubnet('fe80::', 10, 'ipv6');
// AWS over IPv6: its metadata, and the credentials of EKS pods ([fd00:ec2::23]); Google Cloud's metadata.
refused.addSubnet('fd00:ec2::', 32, 'ipv6');
refused.addAddress('fd20:ce::254', 'ipv6');
// Alibaba Cloud and Azure's host.
refused.addAddress('100.100.100.200', 'ipv4');
refused.addAddress('168.63.129.16', 'ipv4');
// The same IPv4 addresses as IPv6 shows them: mapped, compatible, and by NAT64.
for (const prefix of ['::ffff:', '::', '64:ff9b::', '64:ff9b:1::']) {
  refused.addSubnet(`${prefix}169.254.0.0`, 112, 'ipv6');
  refused.addAddress(`${prefix}100.100.100.200`, 'ipv6');
  refused.addAddress(`${prefix}168.63.129.16`, 'ipv6');
}

/** @param address an IP address, an IPv6 one without brackets */
export function isAllowedAddress(address: string): boolean {
  // A link-local one may name its link: `fe80::1%eth0`.
  const plain = address.replace(/%.*$/s, '');
  const version = isIP(plain);
  return version !== 0 && !refused.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}
