import * as fc from 'fast-check';
import { watchFrames } from '../../../local/gateway/frame-watch.ts';
import type { FrameHeader } from '../../../local/gateway/frame-watch.ts';

/** A frame as a client writes it: masked, with the shortest form of its length (RFC 6455 §5.2). */
function frame(opcode: number, length: number, fin = true): Buffer {
  const extended = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8);
  if (extended.length === 2) extended.writeUInt16BE(length);
  if (extended.length === 8) extended.writeBigUInt64BE(BigInt(length));
  const short = { 0: length, 2: 126, 8: 127 }[extended.length] ?? 0;
  // The payload is full of bytes that would be headers themselves, if they were taken for such.
  return Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80 | short]),
    extended,
    Buffer.from([1, 2, 3, 4]),
    Buffer.alloc(length, 0x81),
  ]);
}

function watch(chunks: readonly Buffer[]): FrameHeader[] {
  const seen: FrameHeader[] = [];
  const take = watchFrames((header) => seen.push(header));
  for (const chunk of chunks) take(chunk);
  return seen;
}

describe('watching frames', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('reads a length of %i', (length) => {
    expect(watch([frame(1, length)])).toEqual([{ first: true, binary: false, length }]);
  });

  it('tells text, binary and continuation apart, and passes over control frames', () => {
    const bytes = [frame(1, 3, false), frame(9, 4), frame(0, 5), frame(2, 6), frame(8, 2)];

    expect(watch([Buffer.concat(bytes)])).toEqual([
      { first: true, binary: false, length: 3 },
      { first: false, binary: false, length: 5 },
      { first: true, binary: true, length: 6 },
    ]);
  });

  it('reports a frame before its payload has arrived', () => {
    expect(watch([frame(1, 40_000).subarray(0, 8)])).toHaveLength(1);
    expect(watch([frame(1, 40_000).subarray(0, 7)])).toHaveLength(0);
  });

  it('sees the same however the bytes are cut into chunks', () => {
    const opcode = fc.constantFrom(0, 1, 2, 8, 9, 10);
    const length = fc.oneof(fc.nat(300), fc.integer({ min: 65_500, max: 65_600 }));
    const frames = fc.array(fc.tuple(opcode, length), { maxLength: 6 });
    fc.assert(
      fc.property(
        frames,
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1 }),
        (all, cuts) => {
          const bytes = Buffer.concat(all.map(([code, size]) => frame(code, size)));
          const chunks: Buffer[] = [];
          for (let from = 0, cut = 0; from < bytes.length; cut += 1) {
            const size = cuts[cut % cuts.length] ?? 1;
            chunks.push(bytes.subarray(from, from + size));
            from += size;
          }

          expect(watch(chunks)).toEqual(
            all
              .filter(([code]) => code < 8)
              .map(([code, size]) => ({ first: code !== 0, binary: code === 2, length: size })),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});
