import type { Change, MessageEvent } from '../../lambdas/core/ports.ts';
import type { StoreWorld } from './conversation-store.ts';
import { attachmentOf, messageOf } from './rows.ts';

const EDIT = { content: 'something else', contentType: 'text/markdown', editedAt: 9 };

/** What becomes of a message by the event of this number. */
function editing(conversationId: string, seq: number, edit = EDIT): Change {
  return { kind: 'edit_message', conversationId, messageSeq: 1, seq, edit };
}

function deletion(conversationId: string, seq: number): Change {
  return { kind: 'delete_message', conversationId, messageSeq: 1, removed: ['a_1'], seq };
}

export function describeMessageChanges(world: StoreWorld): void {
  /** A message, and the event of a number with which it changes. */
  const put = (changes: Partial<MessageEvent> = {}) =>
    world.store.putEvent(messageOf(world.id, 1, changes));
  const commit = (change: Change, seq: number) =>
    world.store.commit([{ kind: 'put_event', event: messageOf(world.id, seq) }, change]);
  const message = () => world.store.getEvent(world.id, 1);
  const failed = { committed: false, failures: [undefined, 'condition'] };

  describe('an edit of a message', () => {
    it('changes what it says, and nothing else', async () => {
      await put({ replyTo: 'm-1' });
      expect(await commit(editing(world.id, 3), 3)).toEqual({ committed: true });
      expect(await message()).toStrictEqual(
        messageOf(world.id, 1, { replyTo: 'm-1', ...EDIT, lastSeq: 3 }),
      );
      const plain = { content: 'x'.repeat(16_000), contentType: 'text/plain', editedAt: 10 };
      expect(await commit(editing(world.id, 4, plain), 4)).toEqual({ committed: true });
      expect(await message()).toStrictEqual(
        messageOf(world.id, 1, { replyTo: 'm-1', ...plain, lastSeq: 4 }),
      );
    });

    it('does nothing where a later one came first, and its own event stays out', async () => {
      await put();
      await commit(editing(world.id, 3), 3);
      expect(await commit(editing(world.id, 2, { ...EDIT, content: 'early' }), 2)).toEqual(failed);
      expect(await message()).toMatchObject({ content: 'something else', lastSeq: 3 });
      expect(await world.store.getEvent(world.id, 2)).toBeUndefined();
    });

    it('does not bring a deleted message back', async () => {
      await put();
      await commit(deletion(world.id, 3), 3);
      expect(await commit(editing(world.id, 4), 4)).toEqual(failed);
      expect(await message()).toMatchObject({ content: '', deleted: true });
    });

    it('is of messages alone', async () => {
      expect(await commit(editing(world.id, 2), 2)).toEqual(failed);
    });
  });

  describe('the deletion of a message', () => {
    it('takes away what it says, and leaves who said it and when, and which files are to be removed', async () => {
      const attachments = [attachmentOf('a_1')];
      await put({
        contentType: 'text/markdown',
        replyTo: 'm-1',
        attachments,
        lastSeq: 2,
        editedAt: 8,
      });
      expect(await commit(deletion(world.id, 3), 3)).toEqual({ committed: true });
      expect(await message()).toStrictEqual(
        messageOf(world.id, 1, { content: '', deleted: true, removed: ['a_1'], lastSeq: 3 }),
      );
      expect(await world.store.getEvent(world.id, 3)).toEqual(messageOf(world.id, 3));
    });

    it('happens once', async () => {
      await put();
      await commit(deletion(world.id, 3), 3);
      expect(await commit(deletion(world.id, 4), 4)).toEqual(failed);
      expect(await message()).toMatchObject({ lastSeq: 3 });
      expect(await world.store.getEvent(world.id, 4)).toBeUndefined();
    });

    it('does nothing where a later event has changed the message, and its own stays out', async () => {
      await put({ lastSeq: 3 });
      expect(await commit(deletion(world.id, 2), 2)).toEqual(failed);
      expect(await message()).toEqual(messageOf(world.id, 1, { lastSeq: 3 }));
      expect(await world.store.getEvent(world.id, 2)).toBeUndefined();
    });

    it('is of messages alone', async () => {
      expect(await commit(deletion(world.id, 2), 2)).toEqual(failed);
      await world.store.putEvent({
        type: 'void',
        conversationId: world.id,
        seq: 1,
        timestamp: 1,
      });
      expect(await commit(deletion(world.id, 2), 2)).toEqual(failed);
      expect(await message()).toMatchObject({ type: 'void' });
    });
  });
}
