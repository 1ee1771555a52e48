import { LIMITS } from '../../protocol/limits.ts';
import { message as messageSchema } from '../../protocol/send-message.ts';
import type { MessageEvent } from '../../lambdas/core/ports.ts';
import { renderMessage } from '../../lambdas/core/render-message.ts';
import { viewOf } from '../../lambdas/core/view.ts';
import { attachmentOf, headOf, messageOf } from '../contract/rows.ts';

/** Everything that clients choose, as long as it may be. A quote takes two bytes as JSON. */
const LONG_NAME = '"'.repeat(255);
const MEDIA_TYPE = `${'a'.repeat(64)}/${'b'.repeat(64)}`;
const ID = 'g'.repeat(64);
/** What is beside a message in the largest frame that holds one. */
const ENVELOPE = 512;

function bytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** As many emojis as may stand there, each by somebody whose name is long. */
const reactions = Array.from({ length: LIMITS.reactions }, (_, at) => ({
  emoji: `${at % LIMITS.reactionEmojis}`.padEnd(LIMITS.emojiBytes, 'e'),
  userId: `${at}`.padEnd(255, '"'),
  on: true,
  seq: at + 3,
}));

function largest(): MessageEvent {
  const file = attachmentOf('a_1', { mediaType: MEDIA_TYPE });
  const room = LIMITS.attachmentsBytes - bytes([file]);
  return messageOf(ID, 2, {
    senderId: LONG_NAME,
    localId: '"'.repeat(64),
    content: 'x'.repeat(LIMITS.contentBytes - 2),
    contentType: MEDIA_TYPE,
    replyTo: `${'e'.repeat(22)}.1.1`,
    attachments: [{ ...file, name: file.name + 'n'.repeat(room) }],
    editedAt: Date.now(),
    reactions,
  });
}

it('has room in a frame with everything that may stand at a message', () => {
  const event = largest();
  expect(bytes(event.attachments)).toBe(LIMITS.attachmentsBytes);
  const repliedTo = messageOf(ID, 1, {
    epoch: 'e'.repeat(22),
    senderId: LONG_NAME,
    // Six bytes each as JSON: the longest that there is.
    content: '\u0001'.repeat(LIMITS.snippetLength),
  });
  const head = headOf(ID, { epoch: 'e'.repeat(22), seq: 1_000 });
  const related = new Map([
    [1, repliedTo],
    [2, event],
  ]);
  const settings = { generation: 1_000 };
  const view = viewOf({ head, settings, related }, [{ from: 1, to: Infinity }]);
  const rendered = renderMessage(event, view);
  expect(rendered).toMatchObject({ repliedTo: {}, reactions: {}, attachments: {} });
  expect(Object.keys(rendered).length).toBeGreaterThan(12);
  expect(messageSchema.keyof().safeParse('attachments').success).toBe(true);
  expect(bytes(rendered)).toBeLessThanOrEqual(LIMITS.frameBytes - ENVELOPE);
});
