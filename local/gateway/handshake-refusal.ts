import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { newId } from './connection-id.ts';

/** The message of the error body, where it is not simply the status' own name. */
const MESSAGES: Readonly<Record<number, string>> = {
  500: 'Internal server error',
  502: 'Internal server error',
  504: 'Endpoint request timed out',
};

/** Answers an upgrade request with an HTTP status instead of a WebSocket, and closes it. */
export function refuseHandshake(
  socket: Duplex,
  status: number,
  ids: { readonly connectionId?: string; readonly requestId?: string } = {},
): void {
  const { requestId = newId() } = ids;
  const message = MESSAGES[status] ?? STATUS_CODES[status] ?? 'Unknown';
  const body = errorText(message, { ...ids, requestId });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-amzn-RequestId: ${requestId}`,
    'Connection: close',
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** What API Gateway says of its own accord, in a frame or in a refused handshake; spaced as AWS spaces it. */
export function errorText(
  message: string,
  ids: { readonly connectionId?: string; readonly requestId: string },
): string {
  const connection =
    ids.connectionId === undefined ? '' : ` "connectionId":${JSON.stringify(ids.connectionId)},`;
  return `{"message": ${JSON.stringify(message)},${connection} "requestId":${JSON.stringify(ids.requestId)}}`;
}
