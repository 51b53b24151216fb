// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type ChildMessage, frameOf, type ParentMessage } from '../engine-protocol.js';
import { FrameReader } from '../frames.js';

/** The process's side of the wire to its server. */
export class ParentChannel {
  readonly #socket: Socket;
  readonly #waiting: ParentMessage[] = [];
  #wake: (() => void) | undefined;

  constructor(socket: Socket, frameBytesMax: number) {
    this.#socket = socket;
    const reader = new FrameReader(frameBytesMax);
    socket.on('data', (piece) => {
      this.#waiting.push(...(reader.push(piece) as ParentMessage[]));
      this.#wake?.();
    });
  }

  async send(message: ChildMessage): Promise<void> {
    if (!this.#socket.write(frameOf(message))) await once(this.#socket, 'drain');
  }

  async next(): Promise<ParentMessage> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
