import { pick, type Pastime } from './pastime.ts';

/** The stranger tries what only members may. */
export const trespass: Pastime = {
  perSecond: 0.15,
  act(_world, { stranger, group }, random) {
    const epoch = [...stranger.views.values()].find((view) => view.cursor.seq > 0)?.cursor.epoch;
    const cursor = { seq: Math.floor(random.fraction() * 3), ...(epoch && { epoch }) };
    const frames: object[] = [
      { type: 'send_message', conversationId: group, localId: random.id(), content: 'Let me in.' },
      { type: 'list_messages', conversationId: group },
      { type: 'edit_message', conversationId: group, serverId: 'some.1.2', content: 'Me.' },
      { type: 'delete_message', conversationId: group, serverId: 'some.1.2' },
      { type: 'add_reaction', conversationId: group, serverId: 'some.1.2', emoji: '👎' },
      { type: 'sync', conversations: { [group]: cursor } },
      { type: 'ping', cursors: { [group]: cursor } },
    ];
    void stranger.ask(pick(random, frames));
  },
};
