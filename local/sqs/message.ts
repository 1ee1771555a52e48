import { createHash } from 'node:crypto';

/** A message attribute as SQS's JSON protocol carries it; binary values in base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** A message as it was sent. */
export interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly senderId: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** FIFO queues only: 20 digits, growing. */
  readonly sequenceNumber?: string;
  readonly traceHeader?: string;
  /** The queue it was moved from, once it lies in a dead-letter queue. */
  readonly deadLetterSourceArn?: string;
}

/** A message as a receiver gets it. */
export interface ReceivedMessage {
  readonly message: Message;
  readonly receiptHandle: string;
  readonly receiveCount: number;
  readonly firstReceivedAt: number;
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * The digest that SDKs compare: of each attribute in order of its name, the name, the type, one byte for the
 * kind of value and the value, each with its length before it.
 * Source: SQS Developer Guide, "Calculating the MD5 message digest for message attributes".
 */
export function md5OfAttributes(
  attributes: Readonly<Record<string, MessageAttribute>>,
): string | undefined {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    const binary = attribute.DataType.startsWith('Binary');
    hash.update(Buffer.from([binary ? 2 : 1]));
    add(
      binary
        ? Buffer.from(attribute.BinaryValue ?? '', 'base64')
        : Buffer.from(attribute.StringValue ?? ''),
    );
  }
  return hash.digest('hex');
}

/** What a message weighs against the size limits and on the bill: body and attributes. */
export function sizeOf(
  body: string,
  attributes: Readonly<Record<string, MessageAttribute>>,
): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue = '', BinaryValue = '' }] of Object.entries(
    attributes,
  )) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue);
    bytes += Buffer.byteLength(BinaryValue, 'base64');
  }
  return bytes;
}
