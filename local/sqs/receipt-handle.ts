import { randomUUID } from 'node:crypto';
import { AwsError } from '../endpoint/aws-error.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A fresh one for each receive: opaque to whoever holds it. */
export function newReceiptHandle(messageId: string): string {
  return Buffer.from(`${messageId} ${randomUUID()}`).toString('base64');
}

/** The message that a handle was given for. Throws `ReceiptHandleIsInvalid` for what is no handle. */
export function messageIdOf(receiptHandle: string): string {
  const [messageId = '', nonce = ''] = Buffer.from(receiptHandle, 'base64').toString().split(' ');
  if (UUID.test(messageId) && UUID.test(nonce)) return messageId;
  throw new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
  );
}
