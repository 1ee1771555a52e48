import { bug, patch, type Bug } from './bug.ts';

const CORE = 'lambdas/core';
const APPEND = `${CORE}/conversation-log/append.ts`;
const STORE = 'test/memory/conversation-store.ts';

export const IDEMPOTENCY_BUGS: readonly Bug[] = [
  bug(
    'no idempotency: an idempotency row is not looked at',
    'ambiguous_writes',
    patch(APPEND, `if (local !== undefined) return this.finish(local);`, ''),
    patch(APPEND, `earlier !== undefined && !isSamePlace(earlier, row)`, `earlier === null`),
  ),
  bug(
    'the idempotency row is only looked at before',
    'ambiguous_writes',
    patch(APPEND, `earlier !== undefined && !isSamePlace(earlier, row)`, `earlier === null`),
  ),
  bug(
    'a client takes a new id for a retry',
    'ambiguous_writes',
    patch(
      'test/simulation/outbox.ts',
      `{ type: 'send_message', ...first.draft }`,
      `{ type: 'send_message', ...first.draft, localId: first.draft.localId + 'x'.repeat(first.attempts) }`,
    ),
  ),
  bug(
    'an ack before the write',
    'fan_out_alone',
    patch(
      APPEND,
      `const earlier = await this.ports.conversations.putEvent(event);
    if (earlier === undefined) return event;`,
      `const written = this.ports.conversations.putEvent(event);
    written.catch(() => {});
    const earlier = event as MessageEvent | undefined;`,
    ),
  ),
  bug(
    'a retry is acked by its row alone',
    'fan_out_alone',
    patch(
      APPEND,
      `if (event === undefined) return this.write({ ...local, outcome });`,
      `if (event === undefined)
      return { ...this.draft.message, type: 'message', ...outcome, epoch: await this.readEpoch(), generation: this.draft.generation };`,
    ),
  ),
  bug(
    'a slot is overwritten',
    'fan_out_alone',
    patch(
      STORE,
      `if (!there) {\n        events.set(event.seq, frozen(event));\n      }`,
      `events.set(event.seq, frozen(event));`,
    ),
  ),
  bug(
    'a late writer does not look whether its slot was filled',
    'fan_out_alone',
    patch(
      APPEND,
      `return this.isOurs(earlier) ? earlier : this.replace(row);
  }

  /** The slot was filled`,
      `return event;
  }

  /** The slot was filled`,
    ),
  ),
  bug(
    'the same localId may be used for something else',
    'fault_free',
    patch(APPEND, `if (local.hash !== this.draft.hash) throw new Refusal('local_id_reused');`, ''),
  ),
  bug(
    'a refusal is not recorded',
    'all',
    patch(
      APPEND,
      `const earlier = await this.ports.conversations.putLocal({
      ...this.rowAt(0),
      outcome: { refused },
    });
    if (earlier !== undefined) return this.finish(earlier);`,
      '',
    ),
  ),
  bug(
    'a creation that is sent again makes a second conversation',
    'fault_free',
    patch(
      `${CORE}/create-conversation.ts`,
      `conversationId: \`g_\${creationHash(['group', caller.userId, request.localId])}\``,
      `conversationId: \`g_\${creationHash(['group', caller.connectionId, String(Math.random())])}\``,
    ),
  ),
];
