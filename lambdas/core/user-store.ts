import type { Batch, Consistency } from './ports.ts';
import type { Lease, Profile, Session, Upload, UserConversation, UserSettings } from './rows.ts';

/** Not empty. */
export type ProfileChanges = { readonly [Field in keyof Profile]?: Profile[Field] | null };

/** The port on the Users table; what holds for all ports stands in `ports.ts`. */
export interface UserStore {
  /** Adds or replaces a connection among the user's sessions. Answers all of them, ended ones too. */
  putSession(userId: string, session: Session): Promise<readonly Session[]>;
  /** Sets a session's lease, if it is there. Answers whether it is. */
  renewSession(userId: string, connectionId: string, lease: Lease): Promise<boolean>;
  /** Moves a session's end, if it is there and ends earlier. Answers it as it is then. */
  extendSession(
    userId: string,
    connectionId: string,
    expiresAt: number,
  ): Promise<Session | undefined>;
  /** Removes a connection from the user's sessions, if it is there (and was connected at or before `connectedBefore`). */
  removeSession(userId: string, connectionId: string, connectedBefore?: number): Promise<void>;
  /** The sessions of one user, ended ones too; eventually consistent ones are for hints only. */
  getSessions(userId: string, consistency: Consistency): Promise<readonly Session[]>;
  /** The sessions of up to 100 users; consistent. Users without any are not among the found. */
  batchGetSessions(userIds: readonly string[]): Promise<Batch<readonly Session[]>>;
  /**
   * Counts an action of the user in a slice of time (its number since 1970), unless this slice and the
   * {@link RATE_SLICES} before it hold as many as the limit already.
   */
  countAction(userId: string, slice: number, limit: number): Promise<Counted>;
  /** What up to 100 users have set; consistent. Who has set nothing is not among the found. */
  batchGetSettings(userIds: readonly string[]): Promise<Batch<Partial<UserSettings>>>;
  /** The profiles of up to 100 users; consistent. Who has none is not among the found. */
  batchGetProfiles(userIds: readonly string[]): Promise<Batch<Profile>>;
  /** Makes a profile, if the user has none. */
  createProfile(userId: string, profile: Profile): Promise<void>;
  /** Sets some of a user's profile, or takes it away (`null`). Answers the whole of it. */
  updateProfile(userId: string, changes: ProfileChanges): Promise<Profile>;
  /** Sets some of a user's settings. */
  updateSettings(userId: string, changes: Partial<UserSettings>): Promise<void>;
  /** Takes a conversation off the user's list, if it is there. */
  removeConversation(userId: string, conversationId: string): Promise<void>;
  /** A page of the user's conversations, in the order of their ids; consistent. */
  listConversations(
    userId: string,
    limit: number,
    after?: string,
  ): Promise<{ rows: readonly UserConversation[]; next?: string }>;

  /** Has the user block another, whether it did or not. */
  putBlock(userId: string, otherId: string): Promise<void>;
  /** Has the user not block another, whether it did or not. */
  deleteBlock(userId: string, otherId: string): Promise<void>;
  /** Which of up to 100 others the user blocks; consistent. */
  getBlocked(userId: string, others: readonly string[]): Promise<Batch<true>>;
  /** Which of up to 100 others block the user; consistent. */
  getBlockers(userId: string, others: readonly string[]): Promise<Batch<true>>;
  /** A page of whom the user blocks, in the order of their ids; consistent. */
  listBlocked(
    userId: string,
    limit: number,
    after?: string,
  ): Promise<{ userIds: readonly string[]; next?: string }>;

  /** Writes the row of an upload, whatever was there. */
  putUpload(upload: Upload): Promise<void>;
  /** Up to 100 uploads by their attachment's id, expired ones too; consistent. */
  getUploads(attachmentIds: readonly string[]): Promise<Batch<Upload>>;
  /** Sets when it was confirmed, and its real size. Answers whether there is such an upload. */
  confirmUpload(attachmentId: string, bytes: number, confirmedAt: number): Promise<boolean>;
  /** Deletes the row of an upload, if it is there. */
  removeUpload(attachmentId: string): Promise<void>;
}

export type Counted =
  | { readonly counted: true }
  /** Nothing was counted; the first slice in which something will be, if no more is until then. */
  | { readonly counted: false; readonly freeFrom: number };
