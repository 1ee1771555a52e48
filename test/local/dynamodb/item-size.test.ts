import { itemSize } from '../../../local/dynamodb/item-size.ts';

describe('itemSize', () => {
  it.each([
    [{ S: 'äb' }, 3],
    [{ N: '7' }, 2],
    [{ N: '1234' }, 3],
    [{ N: '-12.50' }, 4],
    [{ N: '1000' }, 2],
    [{ B: Buffer.from([1, 2, 3]).toString('base64') }, 3],
    [{ BOOL: true }, 1],
    [{ NULL: true }, 1],
    [{ SS: ['a', 'bc'] }, 3],
    [{ NS: ['1', '22'] }, 4],
    [{ L: [] }, 3],
    [{ L: [{ S: 'a' }, { N: '1' }] }, 3 + 2 + 1 + 2],
    [{ M: {} }, 3],
    [{ M: { key: { S: 'value' } } }, 3 + 1 + 3 + 5],
  ])('counts %j as %i bytes, and one for its name', (value, bytes) => {
    expect(itemSize({ v: value })).toBe(1 + bytes);
  });

  it('adds up attributes, names in UTF-8', () => {
    expect(itemSize({ pk: { S: 'a' }, ü: { S: '' } })).toBe(2 + 1 + 2);
  });
});
