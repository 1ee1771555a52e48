import type { Ack, Message } from '../../protocol/send-message.ts';

/** What an ack and the message itself both say of a message. */
export function placeOf({ localId, serverId, seq, timestamp }: Ack | Message): object {
  return { localId, serverId, seq, timestamp };
}
