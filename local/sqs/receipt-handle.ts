import { AwsError } from '../endpoint/aws-error.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The message that a receipt handle is of.
 * @throws {AwsError} `ReceiptHandleIsInvalid` for what is no handle of ours
 */
export function messageIdOf(receiptHandle: string): string {
  const [messageId = '', nonce = ''] = Buffer.from(receiptHandle, 'base64').toString().split(' ');
  if (!UUID.test(messageId) || !UUID.test(nonce)) {
    throw new AwsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
    );
  }
  return messageId;
}
