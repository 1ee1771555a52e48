import type { ClientMessageType } from '../../protocol/client-message.ts';
import type { Caller } from './caller.ts';
import { RATE_SLICE_MS, type Ports } from './ports.ts';
import { Refusal } from './refusal.ts';

/** Whether a type is free: what only reads, and what clients send by themselves. All others count. */
export const FREE_TYPES: Readonly<Record<ClientMessageType, boolean>> = {
  send_message: false,
  create_conversation: false,
  add_members: false,
  remove_member: false,
  leave: false,
  set_role: false,
  edit_message: false,
  add_reaction: false,
  remove_reaction: false,
  delete_message: false,
  request_upload: false,
  list_conversations: true,
  list_members: true,
  list_messages: true,
  get_download: true,
  mark_read: true,
  mark_delivered: true,
  mark_unread: false,
  get_receipts: true,
  get_presence: true,
  typing_start: true,
  typing_stop: true,
  update_settings: false,
  sync: true,
  ping: true,
};

/**
 * Counts an action among those of its user: no sixty seconds hold more than the limit, however many come at once;
 * and who goes on trying gets 95 % of it, since what is counted is forgotten three seconds late at the most.
 * @throws Refusal `rate_limited`, with how long to wait
 */
export async function limitRate(
  ports: Pick<Ports, 'users' | 'clock' | 'settings'>,
  { userId }: Caller,
  type: ClientMessageType,
): Promise<void> {
  if (FREE_TYPES[type]) return;
  const now = ports.clock.now();
  const slice = Math.floor(now / RATE_SLICE_MS);
  const { messagesPerMinute } = ports.settings.limits;
  const result = await ports.users.countAction(userId, slice, messagesPerMinute);
  if (result.counted) return;
  throw new Refusal('rate_limited', undefined, result.freeFrom * RATE_SLICE_MS - now);
}
