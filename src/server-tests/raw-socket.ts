// SPDX-License-Identifier: Apache-2.0
import { connect, type Socket } from 'node:net';
import { patienceMs } from '../testing/until.js';

export interface RawAnswer {
  /** Everything that came back. */
  readonly text: string;
  /** The status of each answer in it, in order. */
  readonly statuses: readonly number[];
  /** The server closed the connection (and not we, when the time was over). */
  readonly closed: boolean;
  readonly ms: number;
}

export interface RawOptions {
  /** How long to listen; over as soon as the server closes. */
  readonly msMax?: number;
  /** Over as soon as so many answers are there, whole or not. */
  readonly answers?: number;
  /** Called with the open socket, to send more. */
  readonly send?: (socket: Socket) => Promise<void> | void;
}

/** How long the rest of a last answer may take that is not whole. */
const restMsMax = 500;

/** Sends bytes as they are and listens. */
export function rawExchange(
  url: string,
  bytes: string | Uint8Array,
  options: RawOptions = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const { msMax = patienceMs, answers = Number.POSITIVE_INFINITY, send } = options;
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname);
    let quiet: NodeJS.Timeout | undefined;
    const finish = (closed: boolean) => {
      clearTimeout(late);
      clearTimeout(quiet);
      socket.destroy();
      const statuses = Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), (match) => Number(match[1]));
      resolve({ text, statuses, closed, ms: performance.now() - startedAt });
    };
    const late = setTimeout(() => finish(false), msMax);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const heads = Array.from(text.matchAll(/HTTP\/1\.1 (?!100)\d{3} [\s\S]*?\r\n\r\n/g));
      if (heads.length < answers) return;
      clearTimeout(quiet);
      quiet = setTimeout(() => finish(false), isWhole(text, heads.at(-1)) ? 20 : restMsMax);
    });
    // A reset by the server is a close: what came before it counts.
    socket.on('error', () => {});
    socket.on('close', () => finish(true));
    socket.on('connect', () => {
      socket.write(bytes);
      void send?.(socket);
    });
  });
}

/** Whether the body that the last head announces is there. The answer to a HEAD never has it. */
function isWhole(text: string, head: RegExpExecArray | undefined): boolean {
  if (head === undefined) return false;
  const announced = Number(/\r\ncontent-length: (\d+)/i.exec(head[0])?.[1]);
  return text.length - head.index - head[0].length >= announced;
}

/** A request of HTTP/1.1 as text. */
export function httpText(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): string {
  const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
