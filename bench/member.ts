import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import type { ConversationEvent } from '../protocol/conversation-event.ts';
import type { Ack } from '../protocol/send-message.ts';
import type { Conversation } from '../protocol/create-conversation.ts';
import type { ServerMessage } from '../protocol/server-message.ts';

export interface MemberOptions {
  /** `ws://127.0.0.1:port` of the local cloud, where its issuer answers too. */
  readonly url: string;
  readonly userId: string;
  /** Whether several events may come in one frame. */
  readonly batch: boolean;
  /** Gets every event that arrives, in the order of arrival. */
  readonly onEvent: (event: ConversationEvent) => void;
}

/** One connection of a user, as thin as a client can be: what it measures is not itself. */
export class Member {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<string, (answer: ServerMessage) => void>();
  private requests = 0;

  private constructor(socket: WebSocket, { onEvent }: MemberOptions) {
    this.socket = socket;
    socket.on('message', (data: RawData) => {
      const frame = JSON.parse((data as Buffer).toString()) as ServerMessage;
      // The gateway's own error frame: what it is about has no answer, and the bench no result.
      if (frame.type === undefined) throw new Error(`the gateway says ${JSON.stringify(frame)}`);
      if ('requestId' in frame && frame.requestId !== undefined) {
        this.waiting.get(frame.requestId)?.(frame);
        this.waiting.delete(frame.requestId);
      } else if (frame.type === 'events') frame.events.forEach(onEvent);
      else onEvent(frame as ConversationEvent);
    });
  }

  static async connect(options: MemberOptions): Promise<Member> {
    const { url, userId, batch } = options;
    const body = JSON.stringify({ userId });
    const response = await fetch(`${url.replace('ws:', 'http:')}/dev/token`, {
      method: 'POST',
      body,
    });
    const { token } = (await response.json()) as { readonly token: string };
    const headers = { Authorization: `Bearer ${token}` };
    const socket = new WebSocket(`${url}/${batch ? '?batch=1' : ''}`, { headers });
    const member = new Member(socket, options);
    await once(socket, 'open');
    return member;
  }

  createGroup(localId: string, members: readonly string[]): Promise<Conversation> {
    const group = { type: 'create_conversation', kind: 'group', localId, name: 'Bench', members };
    return this.ask('conversation', group);
  }

  send(conversationId: string, localId: string, content: string): Promise<Ack> {
    return this.ask('ack', { type: 'send_message', conversationId, localId, content });
  }

  async close(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  private async ask<Answer extends ServerMessage>(
    type: Answer['type'],
    request: object,
  ): Promise<Answer> {
    const requestId = String((this.requests += 1));
    const answer = await new Promise<ServerMessage>((resolve) => {
      this.waiting.set(requestId, resolve);
      this.socket.send(JSON.stringify({ ...request, requestId }));
    });
    if (answer.type !== type) throw new Error(`expected ${type}, got ${JSON.stringify(answer)}`);
    return answer as Answer;
  }
}
