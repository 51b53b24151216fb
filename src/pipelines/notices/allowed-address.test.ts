// SPDX-License-Identifier: Apache-2.0
// Oracle: the addresses at which clouds document their metadata services (AWS and Azure 169.254.169.254, AWS over IPv6
// fd00:ec2::254, its EKS Pod Identity fd00:ec2::23, Google Cloud fd20:ce::254, Alibaba Cloud 100.100.100.200, Azure's host 168.63.129.16), in every form that means them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAllowedAddress } from './allowed-address.js';

const refused = [
  '169.254.169.254',
  '169.254.170.2',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  'fe80::1',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
  '::169.254.169.254',
  '64:ff9b:1::169.254.169.254',
  'fe80::1%eth0',
  '100.100.100.200',
  '::ffff:100.100.100.200',
  '168.63.129.16',
  'no address',
];
const allowed = ['127.0.0.1', '::1', '10.0.0.7', '192.168.1.1', '203.0.113.9', 'fd00::1', '2001:db8::1'];

describe('addresses of subscribers', () => {
  for (const address of refused) test(`not ${address}`, () => assert.equal(isAllowedAddress(address), false));
  for (const address of allowed) test(address, () => assert.equal(isAllowedAddress(address), true));
  test('a URL cannot write a refused one in another way', () => {
    for (const host of ['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518'])
      assert.equal(isAllowedAddress(new URL(`http://${host}/`).hostname), false, host);
  });
});
