import type { Chance } from './chance.ts';
import { requestOf } from './from-schema.ts';
import { INVALID, TOO_LARGE, VALID } from './json-texts.ts';
import { mutated } from './mutate.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Made from the schemas; such a one with a field spoilt; text that need not be JSON. */
export type FrameKind = 'made' | 'mutated' | 'raw';

/** Into the middle of a frame. */
const INSERTS = [...VALID, ...INVALID].filter((text) => text.length <= 16);
/** In front of a frame. */
const PREFIXES = ['\uFEFF', '\0', ' ', '[', '"', ',', '{}'];

/** The next frame's text. */
export function frameOf(chance: Chance, vocabulary: Vocabulary, kind: FrameKind): string {
  switch (kind) {
    case 'made':
      return JSON.stringify(requestOf(chance, vocabulary));
    case 'mutated':
      return mutated(chance, requestOf(chance, vocabulary));
    case 'raw':
      return rawOf(chance, JSON.stringify(requestOf(chance, vocabulary)));
  }
}

/** A case of the corpora, or a good frame's text after an accident. */
function rawOf(chance: Chance, text: string): string {
  // Those that are too large are as slow as they are long, and all alike.
  if (chance.odds(0.02)) return chance.pick(TOO_LARGE);
  switch (chance.below(7)) {
    case 0:
      return chance.pick(VALID);
    case 1:
      return chance.pick(INVALID);
    case 2:
      return text.slice(0, chance.below(text.length));
    case 3:
      return text.slice(chance.below(text.length));
    case 4:
      return flipped(chance, text);
    case 5: {
      const at = chance.below(text.length + 1);
      return text.slice(0, at) + chance.pick(INSERTS) + text.slice(at);
    }
    default:
      return chance.pick(PREFIXES) + text;
  }
}

/** With one to eight bits of its UTF-8 turned over, read again as API Gateway reads a frame. */
function flipped(chance: Chance, text: string): string {
  const bytes = Buffer.from(text);
  for (let flips = 1 + chance.below(8); flips > 0; flips -= 1) {
    const at = chance.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
  }
  return bytes.toString();
}
