import type { Head, Ports } from './ports.ts';

/** What every event says of its place, its history, and who made it. */
export function authored(
  { settings }: Pick<Ports, 'settings'>,
  { conversationId, epoch }: Head,
  senderId: string,
  { seq, timestamp }: { readonly seq: number; readonly timestamp: number },
) {
  return { conversationId, seq, timestamp, senderId, epoch, generation: settings.generation };
}
