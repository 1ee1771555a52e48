/** Values that mean something in the world that frames are sent into, so that some of them do real work. */
export interface Vocabulary {
  readonly conversationIds: readonly string[];
  readonly userIds: readonly string[];
  readonly epochs: readonly string[];
  /** Grows with every ack. */
  readonly serverIds: string[];
  readonly attachmentIds: readonly string[];
  readonly localIds: readonly string[];
  readonly emojis: readonly string[];
  /** One of each user. */
  readonly tokens: readonly string[];
}

/** The fields that have such values. */
const FIELDS: Readonly<Record<string, keyof Vocabulary>> = {
  conversationId: 'conversationIds',
  after: 'conversationIds',
  userId: 'userIds',
  members: 'userIds',
  epoch: 'epochs',
  replyTo: 'serverIds',
  serverId: 'serverIds',
  attachmentId: 'attachmentIds',
  localId: 'localIds',
  emoji: 'emojis',
  token: 'tokens',
};

/** The values of a field; none for one that means nothing. */
export function wordsOf(vocabulary: Vocabulary, field: string | undefined): readonly string[] {
  const words = field === undefined ? undefined : FIELDS[field];
  return words === undefined ? [] : vocabulary[words];
}
