import { Unavailable } from '../../lambdas/core/ports.ts';
import type { Caller } from '../../lambdas/core/caller.ts';
import type { PortCall } from '../memory/gates.ts';
import { MemoryChat } from '../support/memory-chat.ts';

/** A direct conversation of alice and bob, with somebody else, and a hook in front of every call of a port. */
export async function aliceAndBob() {
  const calls: string[] = [];
  const hook: { before?: (call: PortCall) => void } = {};
  const chat = new MemoryChat({
    gates: {
      before: async (call) => {
        hook.before?.(call);
        calls.push(`${call.port}.${call.method}`);
      },
      after: async () => {},
    },
  });
  const alice = await chat.connect('alice');
  const bob = await chat.connect('bob');
  const carol = await chat.connect('carol');
  const conversationId = await chat.direct(alice, 'bob');
  await chat.deliver();
  /** A message with files, as it is sent. */
  const frame = (attachmentIds: readonly string[], more: object = {}) => ({
    type: 'send_message',
    conversationId,
    localId: 'one',
    attachments: attachmentIds.map((attachmentId) => ({ attachmentId })),
    ...more,
  });
  const send = (caller: Caller, attachmentIds: readonly string[], more: object = {}) =>
    chat.expect(caller, 'ack', frame(attachmentIds, more));
  const codeOf = async (caller: Caller, request: object) => {
    const answer = await chat.ask(caller, request);
    return answer.type === 'error' ? answer.code : answer.type;
  };
  const download = (serverId: string, attachmentId: string) => ({
    type: 'get_download',
    conversationId,
    serverId,
    attachmentId,
  });
  /** The messages of the log, as somebody reads them. */
  const messagesOf = async (caller: Caller) => {
    const page = await chat.expect(caller, 'messages', { type: 'list_messages', conversationId });
    return page.events.filter((event) => event.type === 'message');
  };
  /** From now on calls to a method fail, and nobody knows what came of them. */
  const fail = (...methods: readonly string[]) => {
    hook.before = ({ method }) => {
      if (methods.includes(method)) throw new Unavailable('nobody knows');
    };
  };
  return {
    chat,
    alice,
    bob,
    carol,
    conversationId,
    calls,
    hook,
    frame,
    send,
    codeOf,
    download,
    messagesOf,
    fail,
  };
}
