import { physicalName } from '../../../local/assembly/physical-names.ts';

describe('physicalName', () => {
  it('joins stack, logical id and a hash, the same in every run', () => {
    expect(physicalName('Parley', 'Users', 255)).toMatch(/^Parley-Users-[A-Z0-9]{12}$/);
    expect(physicalName('Parley', 'Users', 255)).toBe(physicalName('Parley', 'Users', 255));
  });

  it('differs between stacks and between resources, however much of them is cut off', () => {
    const long = 'x'.repeat(100);
    const names = [
      physicalName(`${long}a`, `${long}a`, 64),
      physicalName(`${long}b`, `${long}a`, 64),
      physicalName(`${long}a`, `${long}b`, 64),
    ];
    expect(new Set(names).size).toBe(3);
    expect(names.map((name) => name.length)).toEqual([64, 64, 64]);
  });

  it('keeps the ending within the length', () => {
    const name = physicalName('Stack', 'y'.repeat(200), 80, '.fifo');
    expect(name).toHaveLength(80);
    expect(name).toMatch(/\.fifo$/);
  });
});
