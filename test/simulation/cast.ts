import type { SimulatedClient } from './client.ts';

export const MEMBERS = ['ann', 'ben', 'cleo', 'dan', 'eve'];
/** In no group: whatever it tries there must look as if there were none. */
export const STRANGER = 'mallory';

/** Who chats with whom, and where. */
export interface Cast {
  /** Who is in the group to begin with. */
  readonly members: readonly string[];
  readonly clients: readonly SimulatedClient[];
  /** The first owner of the group. */
  readonly creator: SimulatedClient;
  readonly stranger: SimulatedClient;
  readonly conversationIds: readonly string[];
  readonly group: string;
}
