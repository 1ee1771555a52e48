import type { Settings, UpdateSettings } from '../../protocol/update-settings.ts';
import type { Caller } from './caller.ts';
import type { SignalPorts } from './ports.ts';
import { tell } from './tell.ts';
import { readSettings } from './user-settings.ts';

/** PROTOCOL §update_settings: safe to repeat. With nothing to change it only answers. */
export async function updateSettings(
  ports: SignalPorts,
  caller: Caller,
  { readReceipts }: UpdateSettings,
): Promise<Settings> {
  const { userId } = caller;
  const before = (await readSettings(ports, [userId]))(userId);
  if (readReceipts === undefined || readReceipts === before.readReceipts)
    return { type: 'settings', ...before };
  await ports.users.updateSettings(userId, { readReceipts });
  const settings = { ...before, readReceipts };
  await tell(ports, caller, [userId], { type: 'settings_updated', ...settings });
  return { type: 'settings', ...settings };
}
