import { createHash } from 'node:crypto';
import { md5OfAttributes, sizeOf } from '../../../local/sqs/message.ts';

describe('md5OfAttributes', () => {
  it('is of names in order, types, kinds and values, each with its length', () => {
    const expected = createHash('md5')
      .update(Buffer.from([0, 0, 0, 1]))
      .update('a')
      .update(Buffer.from([0, 0, 0, 6]))
      .update('Binary')
      .update(Buffer.from([2, 0, 0, 0, 2, 1, 2]))
      .update(Buffer.from([0, 0, 0, 1]))
      .update('b')
      .update(Buffer.from([0, 0, 0, 6]))
      .update('String')
      .update(Buffer.from([1, 0, 0, 0, 2]))
      .update('hi')
      .digest('hex');
    expect(
      md5OfAttributes({
        b: { DataType: 'String', StringValue: 'hi' },
        a: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]).toString('base64') },
      }),
    ).toBe(expected);
  });

  it('is absent without attributes', () => {
    expect(md5OfAttributes({})).toBeUndefined();
  });
});

describe('sizeOf', () => {
  it('is the bytes of the body and of the attributes', () => {
    expect(sizeOf('äb', { n: { DataType: 'String', StringValue: 'xyz' } })).toBe(3 + 1 + 6 + 3);
  });
});
