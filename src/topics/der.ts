// SPDX-License-Identifier: Apache-2.0
// The part of DER (ITU-T X.690) that an X.509 certificate needs. Only written, never read.

export function derSequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

export function derSet(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x31, Buffer.concat(parts));
}

/** A value that is not negative, given as its bytes, the highest first. */
export function derInteger(bytes: Uint8Array): Buffer {
  const significant = bytes.findIndex((byte) => byte !== 0);
  const digits = significant < 0 ? Buffer.of(0) : Buffer.from(bytes.subarray(significant));
  // A leading one bit would make it negative.
  const isHigh = ((digits[0] as number) & 0x80) !== 0;
  return tagged(0x02, isHigh ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

/** `1.2.840.113549.1.1.11` */
export function derObjectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.concat([first * 40 + second, ...rest].map(base128)));
}

function base128(value: number): Buffer {
  const digits = [value % 128];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128))
    digits.unshift((left % 128) | 0x80);
  return Buffer.from(digits);
}

export function derNull(): Buffer {
  return tagged(0x05, Buffer.alloc(0));
}

export function derTrue(): Buffer {
  return tagged(0x01, Buffer.of(0xff));
}

export function derUtf8(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text));
}

export function derOctets(bytes: Uint8Array): Buffer {
  return tagged(0x04, bytes);
}

/** @param unusedBits of the last byte */
export function derBits(bytes: Uint8Array, unusedBits = 0): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.of(unusedBits), bytes]));
}

/** UTCTime up to 2049, GeneralizedTime from then on. Source: RFC 5280, 4.1.2.5. */
export function derTime(timeMs: number): Buffer {
  const digits = new Date(timeMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  const isUtcTime = new Date(timeMs).getUTCFullYear() < 2050;
  return tagged(isUtcTime ? 0x17 : 0x18, Buffer.from(isUtcTime ? digits.slice(2) : digits));
}

/** `[number] EXPLICIT` */
export function derExplicit(number: number, content: Uint8Array): Buffer {
  return tagged(0xa0 + number, content);
}

function tagged(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
  return Buffer.of(0x80 + bytes.length, ...bytes);
}
