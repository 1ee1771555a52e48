import type { ChatSettings } from './ports.ts';

/** The epoch that goes with every seq on the wire: the head's own and the stack's generation. */
export function epochOnWire(headEpoch: string, settings: Pick<ChatSettings, 'generation'>): string {
  return `${headEpoch}.${settings.generation}`;
}

/** A message's name for good: it keeps the generation it was written in. */
export function serverIdOf(event: { epoch: string; generation: number; seq: number }): string {
  return `${event.epoch}.${event.generation}.${event.seq}`;
}

/** The seq that a `serverId` points at. */
export function seqOfServerId(serverId: string): number | undefined {
  const seq = Number(serverId.slice(serverId.lastIndexOf('.') + 1));
  return Number.isSafeInteger(seq) && seq > 0 ? seq : undefined;
}
