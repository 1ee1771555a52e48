import type { ClientMessage, ClientMessageType } from '../../protocol/client-message.ts';
import type { Answer } from '../../protocol/server-message.ts';
import type { Caller } from './caller.ts';
import { createConversation } from './create-conversation.ts';
import { listConversations } from './list-conversations.ts';
import { listMessages } from './list-messages.ts';
import { ping } from './ping.ts';
import { Unavailable, type Ports } from './ports.ts';
import { marksOf, readFrame, toRequest, type Marks } from './read-frame.ts';
import { errorMessage, Refusal, toRefusal } from './refusal.ts';
import { sendMessage } from './send-message.ts';
import { keepLease } from './sessions.ts';
import { sync } from './sync.ts';

type Action<Type extends ClientMessageType> = (
  ports: Ports,
  caller: Caller,
  request: ClientMessage<Type>,
) => Promise<Answer>;

/** Every action there is: leaving one out does not compile. */
const ACTIONS: { readonly [Type in ClientMessageType]: Action<Type> } = {
  send_message: sendMessage,
  create_conversation: createConversation,
  list_conversations: listConversations,
  list_messages: listMessages,
  sync,
  ping,
};

/** Answers a frame: with what its action says, or with an error of the closed list. Never throws. */
export async function dispatch(ports: Ports, caller: Caller, body: string): Promise<Answer> {
  let marks: Marks = {};
  try {
    const frame = readFrame(body);
    marks = marksOf(frame);
    const request = toRequest(frame);
    if (caller.tokenEnd <= ports.clock.now()) throw new Refusal('unauthorized');
    const [answer] = await Promise.all([
      act(ports, caller, request),
      keepLeaseBeside(ports, caller, request),
    ]);
    return marks.requestId === undefined ? answer : { ...answer, requestId: marks.requestId };
  } catch (error) {
    logUnexpected(ports, error, caller);
    return errorMessage(toRefusal(error), marks);
  }
}

function act<Type extends ClientMessageType>(
  ports: Ports,
  caller: Caller,
  request: ClientMessage<Type> & { readonly type: Type },
): Promise<Answer> {
  return ACTIONS[request.type](ports, caller, request);
}

/** A ping renews the lease itself. */
async function keepLeaseBeside(
  ports: Ports,
  caller: Caller,
  request: ClientMessage,
): Promise<void> {
  if (request.type !== 'ping') await keepLease(ports, caller);
}

/** Names and causes only: a message may hold what a user wrote. */
function logUnexpected(ports: Ports, error: unknown, caller: Caller): void {
  if (error instanceof Refusal) return;
  ports.log.write(error instanceof Unavailable ? 'warn' : 'error', 'action_failed', {
    connectionId: caller.connectionId,
    error: error instanceof Error ? error.name : typeof error,
  });
}
