import type { ConversationEvent } from '../../../protocol/conversation-event.ts';
import { serverMessage, type ServerMessage } from '../../../protocol/server-message.ts';
import { isEvent } from '../client.ts';
import type { WireFrame } from '../gateway.ts';
import { isSame, type Facts } from './facts.ts';
import { fixed } from './fixed.ts';
import { Revealed } from './revealed.ts';
import { Texts } from './texts.ts';

/** What was begun before a token's end may come through so long after it: a worker's run, and a clock that is off. */
const UNDER_WAY_MS = 12_000;
const MOST_POSTS = 6;

/** What was put on the wire, whether it arrived or not: nobody ever gets what is not theirs. */
export function checkWire(facts: Facts): void {
  const messages = new Map<string, ServerMessage | undefined>();
  const revealed = new Revealed(facts, new Texts(facts));
  for (const frame of facts.world.history.wire) {
    // A message to many is the same text each time.
    if (!messages.has(frame.text)) messages.set(frame.text, parse(facts, frame.text));
    const message = messages.get(frame.text);
    if (message !== undefined) checkFrame(facts, revealed, frame, message);
  }
  for (const [key, { times }] of facts.world.history.posts)
    if (times > MOST_POSTS) facts.violation(`a frame was posted ${times} times: ${key}`);
}

/** `undefined` for the gateway's own frames, and for what no client can read. */
function parse(facts: Facts, text: string): ServerMessage | undefined {
  if (text.startsWith('{"message":')) return undefined;
  const { data } = serverMessage.safeParse(JSON.parse(text));
  if (data === undefined) facts.violation(`no message of ours: ${text}`);
  return data;
}

function checkFrame(
  facts: Facts,
  revealed: Revealed,
  frame: WireFrame,
  message: ServerMessage,
): void {
  const { caller, text, kind, at } = frame;
  const { userId, connectionId, tokenEnd } = caller;
  if (message.type === 'error' && message.code === 'internal')
    facts.violation(`${connectionId} was answered with internal`);
  if (kind === 'post' && message.type !== 'closing' && at > tokenEnd + UNDER_WAY_MS)
    facts.violation(`${connectionId} got ${text} after its token's end`);
  for (const event of eventsOf(message)) {
    const { conversationId, seq, epoch } = event;
    const place = `${conversationId} ${seq}`;
    // A restore takes stays back as well.
    if (facts.isTakenBack(event)) continue;
    if (!facts.isEntitled(conversationId, userId, seq))
      facts.violation(`${userId} got ${place}, which is not theirs`);
    const row = facts.log(conversationId)[seq - 1];
    const expected = row && { ...facts.onWire(row), epoch };
    revealed.check(frame, event);
    if (!isSame(fixed(event), expected))
      facts.violation(
        `${connectionId} got ${JSON.stringify(event)} where there is ${JSON.stringify(row)}`,
      );
    const isEcho = row?.type === 'message' && row.connectionId === connectionId;
    if (kind === 'post' && isEcho) facts.violation(`${connectionId} got its own ${place}`);
  }
}

function eventsOf(message: ServerMessage): readonly ConversationEvent[] {
  if (isEvent(message)) return [message];
  if (message.type === 'events' || message.type === 'messages') return message.events;
  if (message.type === 'synced')
    return message.conversations.flatMap((one) => ('events' in one ? one.events : []));
  if (message.type === 'conversations')
    return message.conversations.flatMap(({ lastEvent }) => lastEvent ?? []);
  return [];
}
