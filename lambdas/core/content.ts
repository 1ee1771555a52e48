import { atMost, CONTENT_UNIT } from '../../protocol/limits.ts';
import { jsonBytes } from './frames.ts';
import type { Ports } from './ports.ts';
import { tooLarge } from './refusal.ts';

/**
 * What a message is to say, as it is stored.
 * @throws Refusal `too_large`
 */
export function contentOf(
  { settings }: Pick<Ports, 'settings'>,
  request: { readonly content: string },
): string {
  const { contentBytes } = settings.limits;
  const content = wellFormed(request.content);
  if (jsonBytes(content) > contentBytes)
    throw tooLarge('content', atMost(contentBytes, CONTENT_UNIT));
  return content;
}

/** Lone surrogates and NUL, which some readers choke on, become U+FFFD (F-72). */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}|\0/gu, '\uFFFD');
}
