import type { Batch, Session, UserConversation, UserStore } from '../../lambdas/core/ports.ts';
import { batchOf } from './batch-of.ts';
import { frozen } from './frozen.ts';
import { gated, OPEN_GATES } from './gates.ts';
import type { Gates, PortCall } from './gates.ts';

export interface MemoryUserStoreOptions {
  readonly gates?: Gates;
  /** A batch read looks at this many keys and leaves the rest unprocessed. */
  readonly batchSize?: number;
  /** A page holds at most so many rows, whatever limit was asked for. */
  readonly pageSize?: number;
}

/** The Users table. */
export class MemoryUserStore implements UserStore {
  readonly #gates: Gates;
  readonly #batchSize: number;
  readonly #pageSize: number;
  readonly #sessions = new Map<string, ReadonlyMap<string, Session>>();
  readonly #conversations = new Map<string, ReadonlyMap<string, UserConversation>>();

  constructor({
    gates = OPEN_GATES,
    batchSize = Number.POSITIVE_INFINITY,
    pageSize = Number.POSITIVE_INFINITY,
  }: MemoryUserStoreOptions = {}) {
    this.#gates = gates;
    this.#batchSize = batchSize;
    this.#pageSize = pageSize;
  }

  putSession(userId: string, session: Session): Promise<readonly Session[]> {
    return gated(this.#gates, call('putSession', userId, session), () => {
      const sessions = new Map(this.#sessions.get(userId));
      sessions.set(session.connectionId, frozen(session));
      this.#sessions.set(userId, sessions);
      return this.sessionsOf(userId);
    });
  }

  removeSession(userId: string, connectionId: string, connectedBefore?: number): Promise<void> {
    return gated(this.#gates, call('removeSession', userId, connectionId, connectedBefore), () => {
      const sessions = new Map(this.#sessions.get(userId));
      const session = sessions.get(connectionId);
      if (session && session.connectedAt <= (connectedBefore ?? Number.POSITIVE_INFINITY)) {
        sessions.delete(connectionId);
        this.#sessions.set(userId, sessions);
      }
    });
  }

  getSessions(userId: string): Promise<readonly Session[]> {
    return gated(this.#gates, call('getSessions', userId), () => this.sessionsOf(userId));
  }

  batchGetSessions(userIds: readonly string[]): Promise<Batch<readonly Session[]>> {
    return gated(this.#gates, call('batchGetSessions', userIds), () =>
      batchOf(userIds, this.#batchSize, (userId) => {
        const sessions = this.sessionsOf(userId);
        return sessions.length === 0 ? undefined : sessions;
      }),
    );
  }

  listConversations(
    userId: string,
    limit: number,
    after?: string,
  ): Promise<{ rows: readonly UserConversation[]; next?: string }> {
    return gated(this.#gates, call('listConversations', userId, limit, after), () => {
      const rows = this.conversationsOf(userId).filter(
        (row) => after === undefined || row.conversationId > after,
      );
      const page = rows.slice(0, Math.min(limit, this.#pageSize));
      const last = page.at(-1);
      return last && page.length < rows.length
        ? { rows: page, next: last.conversationId }
        : { rows: page };
    });
  }

  // ── What a test does and sees, and the conversations' transactions ─────────────────────────────

  /** The part of a transaction that lies in this table. */
  putConversation(row: UserConversation): void {
    const rows = new Map(this.#conversations.get(row.userId));
    rows.set(row.conversationId, frozen(row));
    this.#conversations.set(row.userId, rows);
  }

  sessionsOf(userId: string): readonly Session[] {
    return [...(this.#sessions.get(userId)?.values() ?? [])];
  }

  conversationsOf(userId: string): readonly UserConversation[] {
    return [...(this.#conversations.get(userId)?.values() ?? [])].toSorted((one, other) =>
      one.conversationId < other.conversationId ? -1 : 1,
    );
  }
}

function call(method: string, ...args: readonly unknown[]): PortCall {
  return { port: 'users', method, args };
}
