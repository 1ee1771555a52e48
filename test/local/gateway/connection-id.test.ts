import { isConnectionId, newId } from '../../../local/gateway/connection-id.ts';

describe('a connection id', () => {
  it('looks like those of AWS, and is never the same', () => {
    const ids = Array.from({ length: 1000 }, newId);

    expect(ids.every(isConnectionId)).toBe(true);
    expect(new Set(ids).size).toBe(1000);
  });

  // Read off events of real APIs.
  it.each(['L0SM9cOFvHcCIhw=', 'SOqGjdZioAMCEeg=', 'JC1dgf9yoAMCK-g=', 'U_vNFdo2IAMCIoA='])(
    'may be %s',
    (id) => {
      expect(isConnectionId(id)).toBe(true);
    },
  );

  it.each([
    '',
    'abc',
    'L0SM9cOFvHcCIhw',
    'L0SM9cOFvHcCIhwX',
    'L0SM9cOFvHc/Ihw=',
    ' L0SM9cOFvHcCIhw=',
  ])('cannot be %j', (id) => {
    expect(isConnectionId(id)).toBe(false);
  });
});
