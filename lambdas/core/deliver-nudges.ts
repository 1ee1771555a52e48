import { fanOut } from './fan-out.ts';
import { Unavailable, type FanOutPorts, type NudgeReceipts } from './ports.ts';
import { settleAll } from './settle-all.ts';

const LONGEST_DELAY_SECONDS = 30;

/** A nudge as the worker gets it from the queue. */
export interface Nudge {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** 1 for the first time. */
  readonly receiveCount: number;
  readonly conversationId: string;
  readonly seq: number;
}

/**
 * Serves a batch of nudges: one fan-out a conversation, whatever the number of its nudges.
 *
 * @returns the message ids that must come back: of each conversation the first that was not reached and
 *   all after it, since the queue keeps their order (F-22). They come back soon, and later each time: a
 *   hole is fillable within seconds, and a killed worker alone holds its conversation longer.
 */
export async function deliverNudges(
  ports: FanOutPorts & { readonly receipts: NudgeReceipts },
  nudges: readonly Nudge[],
): Promise<string[]> {
  const groups = new Map<string, Nudge[]>();
  for (const nudge of nudges) {
    const group = groups.get(nudge.conversationId);
    if (group === undefined) groups.set(nudge.conversationId, [nudge]);
    else group.push(nudge);
  }
  const failed = await settleAll(
    [...groups].map(async ([conversationId, group]) => {
      const reached = await tryFanOut(
        ports,
        conversationId,
        Math.max(...group.map(({ seq }) => seq)),
      );
      const first = group.findIndex(({ seq }) => seq > reached);
      return first === -1 ? [] : group.slice(first);
    }),
  );
  await settleAll(failed.flat().map((nudge) => giveBack(ports, nudge)));
  return failed.flat().map(({ messageId }) => messageId);
}

async function tryFanOut(
  ports: FanOutPorts,
  conversationId: string,
  upTo: number,
): Promise<number> {
  try {
    return await fanOut(ports, conversationId, upTo);
  } catch (error) {
    ports.log.write(error instanceof Unavailable ? 'warn' : 'error', 'fan_out_failed', {
      conversationId,
      error: error instanceof Error ? error.name : typeof error,
    });
    return 0;
  }
}

async function giveBack(
  ports: FanOutPorts & { readonly receipts: NudgeReceipts },
  nudge: Nudge,
): Promise<void> {
  const seconds = Math.min(LONGEST_DELAY_SECONDS, 2 ** (nudge.receiveCount - 1));
  try {
    await ports.receipts.giveBack(nudge.receiptHandle, seconds);
  } catch (error) {
    // It comes back all the same, after the queue's own visibility time-out.
    if (!(error instanceof Unavailable)) throw error;
    ports.log.write('warn', 'nudge_not_given_back', { conversationId: nudge.conversationId });
  }
}
