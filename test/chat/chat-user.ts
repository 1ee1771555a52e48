import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import type { Cursor } from '../../protocol/fields.ts';
import { answer, serverMessage } from '../../protocol/server-message.ts';
import type { Answer, ServerMessage } from '../../protocol/server-message.ts';
import { HandshakeRefused, SocketClient } from '../support/socket-client.ts';
import type { Frame } from '../support/socket-client.ts';

/** The types of what answers a request; everything else comes unasked. */
const ANSWER_TYPES: ReadonlySet<unknown> = new Set(
  answer.options.map(({ shape }) => shape.type.value),
);

type AnswerOf<Type extends Answer['type']> = Extract<Answer, { readonly type: Type }>;

/** One device of a user: a plain WebSocket that speaks the protocol, with a token of the local issuer. */
export class ChatUser {
  readonly userId: string;
  /** The socket beneath, for frames that are no requests. */
  readonly client: SocketClient;

  private constructor(userId: string, client: SocketClient) {
    this.userId = userId;
    this.client = client;
  }

  /**
   * Connects, again for as long as the refusal is a fault of the server (PROTOCOL §connecting).
   * @param url `ws://127.0.0.1:port`, where the local issuer answers too
   */
  static async connect(url: string, userId: string, query = ''): Promise<ChatUser> {
    const headers = { Authorization: `Bearer ${await tokenFor(url, userId)}` };
    for (;;) {
      try {
        return new ChatUser(userId, await SocketClient.connect(`${url}/${query}`, { headers }));
      } catch (error) {
        if (!(error instanceof HandshakeRefused) || error.status < 500) throw error;
        await pause();
      }
    }
  }

  /** Sends a request and takes its answer, which must have the documented shape. */
  async ask(request: object): Promise<Answer> {
    const requestId = randomUUID();
    this.client.send({ ...request, requestId });
    const { requestId: _, ...rest } = await this.client.next(
      (frame) => ANSWER_TYPES.has(frame['type']) && frame['requestId'] === requestId,
    );
    return answer.parse(rest);
  }

  /** As `ask`, for an answer of one type; again for as long as it is `busy`, as a machine under load may be. */
  async expect<Type extends Answer['type']>(type: Type, request: object): Promise<AnswerOf<Type>> {
    for (;;) {
      const got = await this.ask(request);
      if (got.type === type) return got as AnswerOf<Type>;
      const busy = got.type === 'error' && got.code === 'busy';
      if (!busy) throw new Error(`expected ${type}, got ${JSON.stringify(got)}`);
      await pause();
    }
  }

  /** Sends a frame as it is and answers the next one that comes, byte for byte. */
  async exchange(frame: object): Promise<string> {
    const next = once(this.client.socket, 'message') as Promise<[Buffer]>;
    this.client.send(frame);
    return (await next)[0].toString();
  }

  direct(userId: string): Promise<AnswerOf<'conversation'>> {
    return this.expect('conversation', { type: 'create_conversation', kind: 'direct', userId });
  }

  group(name: string, members: readonly string[]): Promise<AnswerOf<'conversation'>> {
    const localId = randomUUID();
    const group = { type: 'create_conversation', kind: 'group', localId, name, members };
    return this.expect('conversation', group);
  }

  send(
    conversationId: string,
    content: string,
    localId: string = randomUUID(),
  ): Promise<AnswerOf<'ack'>> {
    return this.expect('ack', { type: 'send_message', conversationId, localId, content });
  }

  /** Everything of a conversation after what is held: one `sync` after the other (PROTOCOL §sync). */
  async catchUp(conversationId: string, held: Cursor = { seq: 0 }): Promise<ConversationEvent[]> {
    const events: ConversationEvent[] = [];
    for (let cursor = held; ;) {
      const request = { type: 'sync', conversations: { [conversationId]: cursor } };
      const { conversations, complete } = await this.expect('synced', request);
      const [page] = conversations;
      if (page !== undefined && !('events' in page)) {
        throw new Error(`${this.userId} cannot go on from ${cursor.seq}: ${JSON.stringify(page)}`);
      }
      const last = page?.events.at(-1);
      if (page !== undefined && last !== undefined) {
        events.push(...page.events);
        cursor = { seq: last.seq, epoch: page.epoch };
      }
      if (complete) return events;
      // What comes next is not settled yet: a number was taken, and its event is not there.
      if (last === undefined) await pause();
    }
  }

  /** Takes the next frame that came unasked, arrived already or yet to come. */
  async nextUnasked(): Promise<ServerMessage> {
    return serverMessage.parse(await this.client.next(isUnasked));
  }

  /** What has come unasked and was not taken: events, out of whatever frames they came in. */
  events(): readonly ConversationEvent[] {
    return this.client.waiting.filter(isUnasked).flatMap((frame) => {
      const message = serverMessage.parse(frame) as ConversationEvent | EventsFrame;
      return message.type === 'events' ? message.events : [message];
    });
  }
}

type EventsFrame = Extract<ServerMessage, { readonly type: 'events' }>;

/** An event, or what else comes without being asked for; the gateway's own frames too. */
export function isUnasked(frame: Frame): boolean {
  return !ANSWER_TYPES.has(frame['type']);
}

/** Between two tries. Nothing depends on its length. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}

async function tokenFor(url: string, userId: string): Promise<string> {
  const response = await fetch(`${url.replace('ws:', 'http:')}/dev/token`, {
    method: 'POST',
    body: JSON.stringify({ userId }),
  });
  const { token } = (await response.json()) as { readonly token: string };
  return token;
}
