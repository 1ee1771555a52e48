import { isDeepStrictEqual } from 'node:util';

/** What every object, list, text … inherits: a frame that reaches one of these has changed the program. */
const SHARED = [
  Object,
  Array,
  String,
  Number,
  Boolean,
  Function,
  Map,
  Set,
  Promise,
  RegExp,
  Error,
].map(({ prototype }) => prototype as object);

/** Remembers them as they are; what it answers tells whether they still are. */
export function watchPrototypes(): () => boolean {
  const before = ownProperties();
  return () => isDeepStrictEqual(ownProperties(), before);
}

function ownProperties(): unknown[] {
  return SHARED.map((prototype) => Object.getOwnPropertyDescriptors(prototype));
}
