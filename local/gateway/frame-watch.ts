/** The header of one data frame from the client: `ws` hands over whole messages and hides it. */
export interface FrameHeader {
  /** The frame that begins a message, not a continuation. */
  readonly first: boolean;
  readonly binary: boolean;
  /** Bytes of payload that the frame announces. */
  readonly length: number;
}

const CONTINUATION = 0x0;
const BINARY = 0x2;
const FIRST_CONTROL = 0x8;
const MASK_BYTES = 4;

/**
 * Follows the bytes a client sends and reports each data frame's header as soon as it is complete,
 * before its payload has arrived (RFC 6455 §5.2). It judges nothing: malformed frames are left to `ws`.
 *
 * @returns a function that takes the chunks in order.
 */
export function watchFrames(onFrame: (header: FrameHeader) => void): (chunk: Buffer) => void {
  let begun = Buffer.alloc(0);
  let skip = 0;
  return (chunk) => {
    let rest = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    begun = Buffer.alloc(0);
    for (;;) {
      const skipped = Math.min(skip, rest.length);
      skip -= skipped;
      rest = rest.subarray(skipped);
      const size = headerSize(rest);
      if (size === undefined || rest.length < size) break;
      const opcode = rest.readUInt8(0) & 0x0f;
      skip = payloadLength(rest);
      if (opcode < FIRST_CONTROL) {
        onFrame({ first: opcode !== CONTINUATION, binary: opcode === BINARY, length: skip });
      }
      rest = rest.subarray(size);
    }
    // A copy: a view would keep the whole chunk alive until the next one.
    if (rest.length > 0) begun = Buffer.from(rest);
  };
}

/** Bytes up to the payload; `undefined` until the two bytes that tell have arrived. */
function headerSize(header: Buffer): number | undefined {
  if (header.length < 2) return undefined;
  const second = header.readUInt8(1);
  const extended = { 126: 2, 127: 8 }[second & 0x7f] ?? 0;
  return 2 + extended + (second >= 0x80 ? MASK_BYTES : 0);
}

function payloadLength(header: Buffer): number {
  const short = header.readUInt8(1) & 0x7f;
  if (short === 126) return header.readUInt16BE(2);
  return short === 127 ? Number(header.readBigUInt64BE(2)) : short;
}
