// SPDX-License-Identifier: Apache-2.0

/** What bunzip.ts uses of it: the package has no types. */
declare module 'seek-bzip' {
  class Stream {
    readByte(): number;
    writeByte(byte: number): void;
    eof(): boolean;
    read(target: Uint8Array, offset: number, length: number): number;
  }

  class Bunzip {
    constructor(input: Stream, output: Stream);
    static readonly Stream: typeof Stream;
    /** Checksum of the blocks so far. */
    readonly streamCRC: number;
    readonly reader: { read(bits: number): number };
    /** Reads the next block in; false at the end of the stream. */
    _init_block(): boolean;
    /** Writes the block out. Throws where its checksum is another. */
    _read_bunzip(): number;
    /** Begins with the next of several streams. */
    _start_bunzip(input: Stream, output: Stream): void;
  }

  export default Bunzip;
}
