import type { Blocked } from '../../protocol/block-user.ts';
import type { UnblockUser } from '../../protocol/unblock-user.ts';
import { tellOfBlock } from './block-user.ts';
import type { Caller } from './caller.ts';
import type { SignalPorts } from './ports.ts';

/** PROTOCOL §unblock_user: safe to repeat, and its other devices are told each time. */
export async function unblockUser(
  ports: SignalPorts,
  caller: Caller,
  { userId }: UnblockUser,
): Promise<Blocked> {
  await ports.users.deleteBlock(caller.userId, userId);
  return tellOfBlock(ports, caller, userId, false);
}
