import * as z from 'zod';
import { atMost, CONTENT_UNIT, LIMITS } from './limits.ts';

/** The fields that several messages share. */

/** Who: the `sub` claim of the token (OpenID Connect: at most 255 ASCII characters). */
export const userId = z.string().regex(/^[\x21-\x7e]{1,255}$/);

/** Made by the server: `d_…` for a direct conversation, `g_…` for a group. */
export const conversationId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** Chosen by the client, new for each message: sending again with the same one is safe. */
export const localId = z.string().regex(/^[\x21-\x7e]{1,64}$/);

/** A client's own mark on a request, echoed in its answer. */
export const requestId = z.string().regex(/^[\x21-\x7e]{1,64}$/);

/** A place in a conversation's log: 1, 2, 3 … */
export const seq = z.int().positive();

/** How far a log is held: a seq, or 0 for nothing yet. */
export const cursorSeq = z.int().nonnegative();

/** Which history a seq belongs to. Another epoch means: drop what you hold and load anew. */
export const epoch = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/);

/** Names one message for good. */
export const serverId = z.string().regex(/^[A-Za-z0-9_.-]{1,96}$/);

/** Server time in milliseconds since 1970. */
export const timestamp = z.int().nonnegative();

/** What a message says: at most {@link LIMITS.contentBytes} as JSON. */
export const content = z
  .string()
  .min(1)
  .max(LIMITS.contentBytes, { error: atMost(LIMITS.contentBytes, CONTENT_UNIT) });

/** A media type; what it means is between the clients. */
export const contentType = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.+-]{0,63}\/[a-z0-9][a-z0-9.+-]{0,63}$/);

/** Of a reaction: what stands for itself, which may take several characters. */
export const emoji = z
  .string()
  .min(1)
  .refine((text) => !/[\s\p{Cc}\p{Cs}]/u.test(text), { error: 'no spaces or control characters' })
  .refine((text) => new TextEncoder().encode(text).length <= LIMITS.emojiBytes, {
    error: atMost(LIMITS.emojiBytes, 'bytes'),
    params: { tooLarge: true },
  })
  .meta({ format: 'emoji' });

/** A group's name. */
export const name = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.nameLength, { error: atMost(LIMITS.nameLength, 'UTF-16 units') })
  .refine(noControlCharacters);

/** A group's description: text of several lines. */
export const description = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.descriptionLength, { error: atMost(LIMITS.descriptionLength, 'UTF-16 units') })
  .refine((text) => noControlCharacters(text.replaceAll(/[\n\t]/g, '')));

/** Where a picture is; nobody fetches it but the clients. */
export const picture = z
  .string()
  .max(LIMITS.pictureLength, { error: atMost(LIMITS.pictureLength, 'characters') })
  .regex(
    /^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?([/?#][A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]*)?$/,
  );

/** Whether a member sees what was there before it joined. */
export const history = z.enum(['all', 'since_join']);
export type History = z.infer<typeof history>;

/** Owner, admin or member of a conversation. */
export const role = z.enum(['owner', 'admin', 'member']);
export type Role = z.infer<typeof role>;

/** How far a client holds a conversation, and of which history. */
export const cursor = z.strictObject({ seq: cursorSeq, epoch: epoch.optional() });
export type Cursor = z.infer<typeof cursor>;

/** Cursors by conversation. Of too many the refusal says that it is those that are too large. */
export function cursors(most: number) {
  return z.record(conversationId, cursor).refine((held) => Object.keys(held).length <= most, {
    error: atMost(most, 'conversations'),
    params: { tooLarge: true },
  });
}

/** A conversation's last number. */
export const headOnWire = z.strictObject({ seq: cursorSeq, epoch });

/** Nor what breaks a line, or is half a character. */
export function noControlCharacters(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text);
}
