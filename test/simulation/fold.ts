import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import type { Message } from '../../protocol/send-message.ts';

/** What a client shows of a message that another one answers. */
export type Snippet = NonNullable<Message['repliedTo']>;

/** A message as a client shows it. */
export interface ShownMessage {
  readonly seq: number;
  readonly serverId: string;
  readonly replyTo?: string;
  /** `undefined`: withheld. */
  content?: string;
  isDeleted: boolean;
  editedAt?: number;
  /** As `emoji user`. */
  readonly reactions: Set<string>;
}

/** What a client shows of a conversation. */
export interface Shown {
  readonly messages: ReadonlyMap<string, ShownMessage>;
  /** Of messages that others answer, by their names. */
  readonly snippets: ReadonlyMap<string, Snippet>;
}

const SNIPPET_LENGTH = 100;

/** What a client makes of the events that it holds, in their order: the fold that PROTOCOL §The log speaks of. */
export function fold(events: readonly ConversationEvent[]): Shown {
  const messages = new Map<string, ShownMessage>();
  const snippets = new Map<string, Snippet>();
  for (const event of events) {
    if (!('serverId' in event)) continue;
    const message = messages.get(event.serverId);
    if (event.type === 'message') {
      messages.set(event.serverId, shown(event));
      if (event.replyTo !== undefined && event.repliedTo !== undefined)
        snippets.set(event.replyTo, event.repliedTo);
    } else if (event.type === 'message_edited') edit(message, snippets, event);
    else if (event.type === 'message_deleted') remove(message, snippets, event);
    else react(message, event);
  }
  return { messages, snippets };
}

type Event<Type> = Extract<ConversationEvent, { type: Type }>;
type Snippets = Map<string, Snippet>;

function edit(
  message: ShownMessage | undefined,
  snippets: Snippets,
  { content, serverId, senderId, timestamp }: Event<'message_edited'>,
): void {
  if (content === undefined) return;
  if (message !== undefined) Object.assign(message, { content, editedAt: timestamp });
  snippets.set(serverId, { senderId, snippet: content.slice(0, SNIPPET_LENGTH) });
}

function remove(
  message: ShownMessage | undefined,
  snippets: Snippets,
  { serverId }: Event<'message_deleted'>,
): void {
  snippets.set(serverId, { senderId: '', deleted: true });
  if (message === undefined) return;
  message.reactions.clear();
  Object.assign(message, { content: '', isDeleted: true, editedAt: undefined });
}

/** Nothing stands at a message that is gone. */
function react(
  message: ShownMessage | undefined,
  { emoji, senderId, on }: Event<'reaction'>,
): void {
  if (message === undefined || message.isDeleted) return;
  if (on) message.reactions.add(`${emoji} ${senderId}`);
  else message.reactions.delete(`${emoji} ${senderId}`);
}

function shown(message: Message): ShownMessage {
  const { seq, serverId, replyTo, content, editedAt, deleted, withheld, reactions = [] } = message;
  return {
    seq,
    serverId,
    ...(replyTo !== undefined && { replyTo }),
    ...(!withheld && { content }),
    isDeleted: deleted === true,
    ...(editedAt !== undefined && { editedAt }),
    reactions: new Set(
      reactions.flatMap(({ emoji, userIds }) => userIds.map((userId) => `${emoji} ${userId}`)),
    ),
  };
}
