import type { FunctionName } from './functions.ts';

type TableAction =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem';

type QueueAction =
  | 'ChangeMessageVisibility'
  | 'DeleteMessage'
  | 'GetQueueAttributes'
  | 'ReceiveMessage'
  | 'SendMessage';

type ObjectAction = 'DeleteObject' | 'GetObject' | 'PutObject';

/** What a function may do, and by that what it is told: a right on a resource brings the variable that names it. */
export interface FunctionRights {
  readonly conversations?: readonly TableAction[];
  readonly users?: readonly TableAction[];
  readonly fanOutQueue?: readonly QueueAction[];
  /** With the files that wait for their message. Whoever has a form or a link does by it what its signer may. */
  readonly uploads?: readonly ObjectAction[];
  /** With the files of messages. */
  readonly kept?: readonly ObjectAction[];
  readonly uploadQueue?: readonly QueueAction[];
  /** Methods of `@connections`: POST sends a frame, DELETE closes. */
  readonly connections?: readonly ('POST' | 'DELETE')[];
  /** Settings it is told, which need no right: how tokens are checked, and what the chat itself goes by. */
  readonly told?: readonly ('token' | 'chat')[];
}

/**
 * Every right of every function. A transaction needs the rights of its parts (`TransactWriteItems`:
 * PutItem, ConditionCheckItem …), a batch has its own.
 */
export const rights: Readonly<Record<FunctionName, FunctionRights>> = {
  authorize: { told: ['token'] },
  connection: {
    // BatchGetItem: whether the user has a profile, or gets the token's.
    users: ['BatchGetItem', 'UpdateItem'],
    // Of more connections than a user may have, others are closed.
    connections: ['POST', 'DELETE'],
    told: ['chat'],
  },
  commands: {
    // ConditionCheckItem: a member is added, removed or given a role by one who still may, in one transaction.
    conversations: ['ConditionCheckItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    // DeleteItem: who is removed has the conversation no longer on the list, and a deleted message no upload.
    // BatchGetItem: the files that a message is to carry, and whether one of two blocks the other.
    users: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'],
    fanOutQueue: ['SendMessage'],
    // PutObject: for the forms that it signs. GetObject: a copy to where a message has its file needs both sides.
    uploads: ['DeleteObject', 'GetObject', 'PutObject'],
    kept: ['DeleteObject', 'PutObject'],
    told: ['chat'],
  },
  queries: {
    // PutItem: whoever needs the log to go on fills its old holes with voids, readers too.
    conversations: ['BatchGetItem', 'GetItem', 'PutItem', 'Query'],
    // BatchGetItem: who lets others know what it has read. DeleteItem: what was deleted goes from a list when its
    // user looks. UpdateItem: every action renews the session's lease.
    users: ['BatchGetItem', 'DeleteItem', 'GetItem', 'Query', 'UpdateItem'],
    // For the links that it signs.
    kept: ['GetObject'],
    // A sync or ping that finds news undelivered for too long nudges again.
    fanOutQueue: ['SendMessage'],
    told: ['chat'],
  },
  signals: {
    // PutItem: as for queries. UpdateItem: a member's cursor.
    conversations: ['GetItem', 'PutItem', 'Query', 'UpdateItem'],
    // BatchGetItem: whom to tell. UpdateItem: settings, the lease, and sessions whose connection is gone.
    // The other three: whom the user blocks.
    users: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    connections: ['POST'],
    told: ['chat'],
  },
  identity: {
    // As for connections that open, and to see whether a session goes on.
    users: ['GetItem', 'UpdateItem'],
    connections: ['POST', 'DELETE'],
    told: ['token', 'chat'],
  },
  'fan-out': {
    // BatchGetItem: the messages that edits are about.
    conversations: ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    users: ['BatchGetItem', 'UpdateItem'],
    // The first three are the event source's own, with the function's role; it also shortens visibility itself.
    fanOutQueue: [
      'ReceiveMessage',
      'DeleteMessage',
      'GetQueueAttributes',
      'ChangeMessageVisibility',
    ],
    connections: ['POST', 'DELETE'],
    told: ['chat'],
  },
  uploads: {
    users: ['UpdateItem'],
    // The event source's own, with the function's role.
    uploadQueue: ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'],
  },
};
