import { RATE_SLICES } from '../../lambdas/core/ports.ts';
import type {
  Batch,
  Consistency,
  Counted,
  Lease,
  Profile,
  ProfileChanges,
  Session,
  Upload,
  UserConversation,
  UserSettings,
  UserStore,
} from '../../lambdas/core/ports.ts';
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
  /** Whether an eventually consistent read of a user's sessions misses their last change. Never by default. */
  readonly stale?: (userId: string) => boolean;
}

/** The Users table. */
export class MemoryUserStore implements UserStore {
  readonly #gates: Gates;
  readonly #batchSize: number;
  readonly #pageSize: number;
  readonly #stale: (userId: string) => boolean;
  /** The sessions before their last change. */
  #staleSessions = new Map<string, readonly Session[]>();
  #sessions = new Map<string, ReadonlyMap<string, Session>>();
  /** By user and slice. */
  #counts = new Map<string, ReadonlyMap<number, number>>();
  #conversations = new Map<string, ReadonlyMap<string, UserConversation>>();
  #profiles = new Map<string, Profile>();
  #settings = new Map<string, Partial<UserSettings>>();
  #uploads = new Map<string, Upload>();
  #blocks = new Map<string, ReadonlySet<string>>();

  constructor({
    gates = OPEN_GATES,
    batchSize = Number.POSITIVE_INFINITY,
    pageSize = Number.POSITIVE_INFINITY,
    stale = () => false,
  }: MemoryUserStoreOptions = {}) {
    this.#gates = gates;
    this.#batchSize = batchSize;
    this.#pageSize = pageSize;
    this.#stale = stale;
  }

  putSession(userId: string, session: Session): Promise<readonly Session[]> {
    return gated(this.#gates, call('putSession', userId, session), () => {
      this.#replaceSession(userId, session);
      return this.sessionsOf(userId);
    });
  }

  renewSession(userId: string, connectionId: string, lease: Lease): Promise<boolean> {
    return gated(this.#gates, call('renewSession', userId, connectionId, lease), () => {
      const session = this.#sessions.get(userId)?.get(connectionId);
      if (session === undefined) return false;
      this.#replaceSession(userId, { ...session, ...lease });
      return true;
    });
  }

  extendSession(
    userId: string,
    connectionId: string,
    expiresAt: number,
  ): Promise<Session | undefined> {
    return gated(this.#gates, call('extendSession', userId, connectionId, expiresAt), () => {
      const session = this.#sessions.get(userId)?.get(connectionId);
      if (session === undefined || session.expiresAt >= expiresAt) return session;
      return this.#replaceSession(userId, { ...session, expiresAt });
    });
  }

  removeSession(userId: string, connectionId: string, connectedBefore?: number): Promise<void> {
    return gated(this.#gates, call('removeSession', userId, connectionId, connectedBefore), () => {
      const sessions = new Map(this.#sessions.get(userId));
      const session = sessions.get(connectionId);
      if (session && session.connectedAt <= (connectedBefore ?? Number.POSITIVE_INFINITY)) {
        sessions.delete(connectionId);
        this.#setSessions(userId, sessions);
      }
    });
  }

  getSessions(userId: string, consistency: Consistency): Promise<readonly Session[]> {
    return gated(this.#gates, call('getSessions', userId, consistency), () =>
      consistency === 'eventual' && this.#stale(userId)
        ? (this.#staleSessions.get(userId) ?? [])
        : this.sessionsOf(userId),
    );
  }

  batchGetSessions(userIds: readonly string[]): Promise<Batch<readonly Session[]>> {
    return gated(this.#gates, call('batchGetSessions', userIds), () =>
      batchOf(userIds, this.#batchSize, (userId) => {
        const sessions = this.sessionsOf(userId);
        return sessions.length === 0 ? undefined : sessions;
      }),
    );
  }

  countAction(userId: string, slice: number, limit: number): Promise<Counted> {
    return gated(this.#gates, call('countAction', userId, slice, limit), (): Counted => {
      const counts = new Map(this.#counts.get(userId));
      const isFull = (from: number): boolean => {
        const since = [...counts].filter(([one]) => one >= from);
        return since.reduce((sum, [, count]) => sum + count, 0) >= limit;
      };
      if (isFull(slice - RATE_SLICES)) {
        let freeFrom = slice + 1;
        while (isFull(freeFrom - RATE_SLICES)) freeFrom += 1;
        return { counted: false, freeFrom };
      }
      this.#counts.set(userId, counts.set(slice, (counts.get(slice) ?? 0) + 1));
      return { counted: true };
    });
  }

  batchGetProfiles(userIds: readonly string[]): Promise<Batch<Profile>> {
    return gated(this.#gates, call('batchGetProfiles', userIds), () =>
      batchOf(userIds, this.#batchSize, (userId) => this.#profiles.get(userId)),
    );
  }

  createProfile(userId: string, profile: Profile): Promise<void> {
    return gated(this.#gates, call('createProfile', userId, profile), () => {
      if (!this.#profiles.has(userId)) this.#profiles.set(userId, frozen(profile));
    });
  }

  updateProfile(userId: string, changes: ProfileChanges): Promise<Profile> {
    return gated(this.#gates, call('updateProfile', userId, changes), () => {
      const changed = Object.entries({ ...this.#profiles.get(userId), ...changes });
      const profile: Profile = Object.fromEntries(changed.filter(([, value]) => value !== null));
      this.#profiles.set(userId, frozen(profile));
      return profile;
    });
  }

  batchGetSettings(userIds: readonly string[]): Promise<Batch<Partial<UserSettings>>> {
    return gated(this.#gates, call('batchGetSettings', userIds), () =>
      batchOf(userIds, this.#batchSize, (userId) => this.#settings.get(userId)),
    );
  }

  updateSettings(userId: string, changes: Partial<UserSettings>): Promise<void> {
    return gated(this.#gates, call('updateSettings', userId, changes), () => {
      this.#settings.set(userId, frozen({ ...this.#settings.get(userId), ...changes }));
    });
  }

  removeConversation(userId: string, conversationId: string): Promise<void> {
    return gated(this.#gates, call('removeConversation', userId, conversationId), () => {
      this.deleteConversation(userId, conversationId);
    });
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
      const size = Math.min(limit, this.#pageSize);
      const page = rows.slice(0, size);
      const last = page.at(-1);
      // As DynamoDB does: a page that is full says to go on, even if nothing more is there.
      return last && page.length === size
        ? { rows: page, next: last.conversationId }
        : { rows: page };
    });
  }

  putBlock(userId: string, otherId: string): Promise<void> {
    return gated(this.#gates, call('putBlock', userId, otherId), () => {
      this.#blocks.set(userId, new Set([...(this.#blocks.get(userId) ?? []), otherId]));
    });
  }

  deleteBlock(userId: string, otherId: string): Promise<void> {
    return gated(this.#gates, call('deleteBlock', userId, otherId), () => {
      const rest = [...(this.#blocks.get(userId) ?? [])].filter((id) => id !== otherId);
      this.#blocks.set(userId, new Set(rest));
    });
  }

  getBlocked(userId: string, others: readonly string[]): Promise<Batch<true>> {
    return gated(this.#gates, call('getBlocked', userId, others), () =>
      batchOf(others, this.#batchSize, (otherId) => this.#blockOf(userId, otherId)),
    );
  }

  getBlockers(userId: string, others: readonly string[]): Promise<Batch<true>> {
    return gated(this.#gates, call('getBlockers', userId, others), () =>
      batchOf(others, this.#batchSize, (otherId) => this.#blockOf(otherId, userId)),
    );
  }

  listBlocked(
    userId: string,
    limit: number,
    after?: string,
  ): Promise<{ userIds: readonly string[]; next?: string }> {
    return gated(this.#gates, call('listBlocked', userId, limit, after), () => {
      const rest = [...(this.#blocks.get(userId) ?? [])]
        .toSorted()
        .filter((id) => after === undefined || id > after);
      const size = Math.min(limit, this.#pageSize);
      const userIds = rest.slice(0, size);
      const last = userIds.at(-1);
      // As DynamoDB does: a page that is full says to go on, even if nothing more is there.
      return last !== undefined && userIds.length === size ? { userIds, next: last } : { userIds };
    });
  }

  putUpload(upload: Upload): Promise<void> {
    return gated(this.#gates, call('putUpload', upload), () => {
      this.#uploads.set(upload.attachmentId, frozen(upload));
    });
  }

  getUploads(attachmentIds: readonly string[]): Promise<Batch<Upload>> {
    return gated(this.#gates, call('getUploads', attachmentIds), () =>
      batchOf(attachmentIds, this.#batchSize, (attachmentId) => this.#uploads.get(attachmentId)),
    );
  }

  confirmUpload(attachmentId: string, bytes: number, confirmedAt: number): Promise<boolean> {
    return gated(this.#gates, call('confirmUpload', attachmentId, bytes, confirmedAt), () => {
      const upload = this.#uploads.get(attachmentId);
      if (upload !== undefined)
        this.#uploads.set(attachmentId, frozen({ ...upload, bytes, confirmedAt }));
      return upload !== undefined;
    });
  }

  removeUpload(attachmentId: string): Promise<void> {
    return gated(this.#gates, call('removeUpload', attachmentId), () => {
      this.#uploads.delete(attachmentId);
    });
  }

  // ── What a test does and sees, and the conversations' transactions ─────────────────────────────

  /** The part of a transaction that lies in this table. */
  putConversation(row: UserConversation): void {
    const rows = new Map(this.#conversations.get(row.userId));
    rows.set(row.conversationId, frozen(row));
    this.#conversations.set(row.userId, rows);
  }

  deleteConversation(userId: string, conversationId: string): void {
    const rows = new Map(this.#conversations.get(userId));
    rows.delete(conversationId);
    this.#conversations.set(userId, rows);
  }

  /** Takes the table as it stands; what it answers puts everything back to that. */
  snapshot(): () => void {
    const sessions = new Map(this.#sessions);
    const profiles = new Map(this.#profiles);
    const conversations = new Map(this.#conversations);
    const settings = new Map(this.#settings);
    const uploads = new Map(this.#uploads);
    const blocks = new Map(this.#blocks);
    const counts = new Map(this.#counts);
    return () => {
      this.#profiles = new Map(profiles);
      this.#counts = new Map(counts);
      this.#sessions = new Map(sessions);
      this.#staleSessions = new Map();
      this.#conversations = new Map(conversations);
      this.#settings = new Map(settings);
      this.#uploads = new Map(uploads);
      this.#blocks = new Map(blocks);
    };
  }

  sessionsOf(userId: string): readonly Session[] {
    return [...(this.#sessions.get(userId)?.values() ?? [])];
  }

  settingsOf(userId: string): Partial<UserSettings> {
    return this.#settings.get(userId) ?? {};
  }

  conversationsOf(userId: string): readonly UserConversation[] {
    return [...(this.#conversations.get(userId)?.values() ?? [])].toSorted((one, other) =>
      one.conversationId < other.conversationId ? -1 : 1,
    );
  }

  #blockOf(userId: string, otherId: string): true | undefined {
    return this.#blocks.get(userId)?.has(otherId) === true ? true : undefined;
  }

  #replaceSession(userId: string, session: Session): Session {
    const sessions = new Map(this.#sessions.get(userId));
    sessions.set(session.connectionId, frozen(session));
    this.#setSessions(userId, sessions);
    return session;
  }

  #setSessions(userId: string, sessions: ReadonlyMap<string, Session>): void {
    this.#staleSessions.set(userId, this.sessionsOf(userId));
    this.#sessions.set(userId, sessions);
  }
}

function call(method: string, ...args: readonly unknown[]): PortCall {
  return { port: 'users', method, args };
}
