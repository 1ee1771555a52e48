import { bug, patch, type Bug } from './bug.ts';

const CORE = 'lambdas/core';
const FAN_OUT = `${CORE}/fan-out.ts`;
const QUEUE = 'test/memory/fan-out-queue.ts';

export const FAN_OUT_BUGS: readonly Bug[] = [
  bug(
    'no fan-out at all',
    'fan_out_alone',
    patch(FAN_OUT, `await post(run, listeners, step);`, ''),
  ),
  bug(
    'the cursor moves before the posts',
    'fan_out_alone',
    patch(
      FAN_OUT,
      `await post(run, listeners, step);
    reached = step.at(-1)?.row.seq ?? reached;
    await ports.conversations.advanceFanOut(head.conversationId, reached);`,
      `reached = step.at(-1)?.row.seq ?? reached;
    await ports.conversations.advanceFanOut(head.conversationId, reached);
    await post(run, listeners, step);`,
    ),
  ),
  bug(
    'the cursor moves to the head, not to what was read',
    'fan_out_alone',
    patch(
      FAN_OUT,
      `advanceFanOut(head.conversationId, reached)`,
      `advanceFanOut(head.conversationId, head.seq)`,
    ),
  ),
  bug(
    'nothing is given back',
    'fan_out_alone',
    patch(
      `${CORE}/deliver-nudges.ts`,
      `return first === -1 ? [] : group.slice(first);`,
      `return first === -1 ? [] : [];`,
    ),
  ),
  bug(
    'a nudge that fails is forgotten',
    'fan_out_alone',
    patch(
      `${CORE}/send-message.ts`,
      `await ports.queue.nudge(conversationId, event.seq);`,
      `await ports.queue.nudge(conversationId, event.seq).catch(() => {});`,
    ),
  ),
  bug(
    'a nudge reuses its deduplication id',
    'fan_out_alone',
    patch(
      QUEUE,
      `return gated(this.#gates, call, () => {
      this.#sent += 1;`,
      `return gated(this.#gates, call, () => {
      if (this.#sent > 0 && conversationId.startsWith('g_')) return;
      this.#sent += 1;`,
    ),
  ),
  bug(
    'a batch read is taken for whole',
    'fan_out_alone',
    patch(`${CORE}/retry.ts`, `waiting = [...answer.unprocessed];`, `waiting = [];`),
  ),
  bug(
    'only the first page of members',
    'fan_out_alone',
    patch(
      `${CORE}/read-members.ts`,
      `if (page.next === undefined) return members;`,
      `if (members.length > 0 || page.next === undefined) return members;`,
    ),
  ),
  bug(
    "the sender's other devices get nothing",
    'fault_free',
    patch(FAN_OUT, `row.connectionId === session.connectionId)`, `row.senderId === member.userId)`),
  ),
  bug(
    'the sender gets its own message',
    'fault_free',
    patch(
      FAN_OUT,
      `!(row.type === 'message' && row.connectionId === session.connectionId)`,
      `row.seq > 0`,
    ),
  ),
];
