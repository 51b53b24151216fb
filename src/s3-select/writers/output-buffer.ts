// SPDX-License-Identifier: Apache-2.0
import { outputBytes, recordBytesMax } from '../limits.js';
import { SelectError } from '../select-error.js';

/** Records that wait to be sent together. */
export class OutputBuffer {
  #parts: (string | Uint8Array)[] = [];
  #length = 0;

  /** Adds a record and what stands behind it. */
  add(record: string | Uint8Array, delimiter: string): void {
    const length = typeof record === 'string' ? Buffer.byteLength(record) : record.length;
    if (length > recordBytesMax) throw new SelectError('OverMaxRecordSize');
    this.#parts.push(record, delimiter);
    this.#length += length + delimiter.length;
  }

  get isFull(): boolean {
    return this.#length >= outputBytes;
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  take(): Buffer<ArrayBuffer> {
    const bytes = Buffer.concat(
      this.#parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)),
    );
    this.#parts = [];
    this.#length = 0;
    return bytes;
  }
}
