// SPDX-License-Identifier: Apache-2.0
import { crc32 } from 'node:zlib';

const preludeBytes = 8;
const checksumBytes = 4;
/** The type of a header's value: a string. Values of other types do not occur. */
const STRING = 7;

/**
 * A message of an event stream: lengths, their checksum, headers, payload, checksum of it all; numbers with the high byte first.
 * Source: S3 API Reference, "Appendix: SelectObjectContent Response".
 */
export function eventMessage(
  headers: Readonly<Record<string, string>>,
  payload: Uint8Array = new Uint8Array(),
): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const length = preludeBytes + checksumBytes + head.length + payload.length + checksumBytes;
  const message = Buffer.alloc(length);
  message.writeUInt32BE(length, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, preludeBytes)), preludeBytes);
  message.set(head, preludeBytes + checksumBytes);
  message.set(payload, preludeBytes + checksumBytes + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, length - checksumBytes)), length - checksumBytes);
  return message;
}

function header(name: string, value: string): Buffer {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)];
  const bytes = Buffer.alloc(1 + nameBytes.length + 3 + valueBytes.length);
  bytes.writeUInt8(nameBytes.length, 0);
  bytes.set(nameBytes, 1);
  bytes.writeUInt8(STRING, 1 + nameBytes.length);
  bytes.writeUInt16BE(valueBytes.length, 2 + nameBytes.length);
  bytes.set(valueBytes, 4 + nameBytes.length);
  return bytes;
}

/** An event by its name, with a payload of a content type where it has one. */
export function eventOf(
  type: string,
  content?: { readonly type: string; readonly bytes: Uint8Array },
): Buffer {
  const headers = { ':message-type': 'event', ':event-type': type };
  return content === undefined
    ? eventMessage(headers)
    : eventMessage({ ...headers, ':content-type': content.type }, content.bytes);
}

/** The stream has failed: nothing follows, no end either. */
export function errorMessage(code: string, message: string): Buffer {
  return eventMessage({ ':message-type': 'error', ':error-code': code, ':error-message': message });
}
