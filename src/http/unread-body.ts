// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpLimits } from './http-limits.js';

/** True while a part of the request's body is still on its way (or waits to be asked for, `Expect: 100-continue`). */
export function hasUnreadBody(request: IncomingMessage): boolean {
  return !request.complete && announcesBody(request);
}

/** Whether a body follows the headers. Source: RFC 9112, 6.3 "Message Body Length". */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Takes in what a client still sends after its answer, within limits, and throws it away. Resolves when the body is
 * over, when a limit is reached, or when nobody sends any more. Closing with unread bytes would reset the connection,
 * and a reset takes from the client what it has not read yet: the answer. Source: RFC 9112, 9.6 "Tear-down".
 */
export function discardUnread(
  request: IncomingMessage,
  limits: Pick<HttpLimits, 'unreadBytesMax' | 'unreadMsMax' | 'unreadIdleMsMax'>,
  stopping: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const done = () => {
      clearTimeout(total);
      clearTimeout(idle);
      request.off('readable', take).off('end', done).off('close', done);
      stopping.removeEventListener('abort', done);
      resolve();
    };
    const total = setTimeout(done, limits.unreadMsMax);
    const idle = setTimeout(done, limits.unreadIdleMsMax);
    // By 'readable' and not by flowing: whoever read before may still have its own listener on the stream.
    const take = () => {
      for (let chunk = request.read() as Buffer | null; chunk !== null; chunk = request.read()) {
        bytes += chunk.length;
        idle.refresh();
      }
      if (bytes > limits.unreadBytesMax || request.complete) done();
    };
    request.on('readable', take).on('end', done).on('close', done);
    stopping.addEventListener('abort', done);
    if (request.destroyed || stopping.aborted) done();
    else take();
  });
}

/**
 * Answers `Expect: 100-continue` when somebody begins to read the body, not before: a refused upload is never sent.
 * Readable calls `_read` when its reader wants bytes and it has none.
 */
export function continueWhenRead(request: IncomingMessage, response: ServerResponse): void {
  const read = request._read;
  request._read = (size) => {
    request._read = read;
    if (!response.headersSent && !response.destroyed) response.writeContinue();
    read.call(request, size);
  };
}
