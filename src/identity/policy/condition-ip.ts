// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP } from 'node:net';
import { type OperatorFamily, simpleOperator } from './condition-operator.js';

export interface AddressRange {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefixBits: number;
}

/** `203.0.113.0/24`, `2001:db8::/32`, or one address. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return undefined;
  const bitsMax = version === 4 ? 32 : 128;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return undefined;
  const prefixBits = bits === undefined ? bitsMax : Number(bits);
  if (prefixBits > bitsMax) return undefined;
  return { family: version === 4 ? 'ipv4' : 'ipv6', address, prefixBits };
}

function ipOperator(negated: boolean) {
  return simpleOperator((text) => {
    const range = parseAddressRange(text);
    if (range === undefined) return undefined;
    const list = new BlockList();
    list.addSubnet(range.address, range.prefixBits, range.family);
    return (given) => {
      // A dual-stack socket shows an IPv4 client as ::ffff:203.0.113.9.
      const address = given.replace(/^::ffff:(?=\d+\.)/i, '');
      const version = isIP(address);
      return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
    };
  }, negated);
}

export const ipOperators: OperatorFamily = {
  IpAddress: ipOperator(false),
  NotIpAddress: ipOperator(true),
};
