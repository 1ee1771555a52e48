import type { UploadedFile } from '../../lambdas/core/confirm-uploads.ts';
import type { AttachmentStore, KeptFile, UploadForm } from '../../lambdas/core/ports.ts';
import { newId } from './rows.ts';

/** What a link gives. */
export interface Downloaded {
  readonly mediaType: string;
  readonly disposition: string;
  readonly bytes: number;
}

/** The bucket with the sides that the chat does not see. */
export interface AttachmentWorld {
  readonly attachments: AttachmentStore;
  /** A client sends a form with a file. Answers whether it was taken. */
  post(form: UploadForm, file: string): Promise<boolean>;
  /** Somebody follows a link: what comes, if anything does. */
  get(link: string): Promise<Downloaded | undefined>;
  /** What the bucket has told of since it was last asked. */
  told(): Promise<readonly UploadedFile[]>;
  stop(): Promise<void>;
}

/** What every implementation of {@link AttachmentStore} must do. */
export function describeAttachmentStore(name: string, start: () => Promise<AttachmentWorld>): void {
  describe(`the attachment store ${name}`, () => {
    let world: AttachmentWorld;
    let attachmentId: string;

    beforeAll(async () => {
      world = await start();
    });

    afterAll(() => world?.stop());

    beforeEach(() => {
      attachmentId = newId('a');
    });

    function sign(bytes: number): Promise<UploadForm> {
      const mediaType = 'image/png';
      return world.attachments.signUpload({ attachmentId, mediaType, bytes, seconds: 60 });
    }

    const asGiven = { mediaType: 'image/png', disposition: 'inline; filename="a.png"' };

    function kept(owner = 'owner'): KeptFile {
      return { conversationId: 'g_1', owner, attachmentId };
    }

    async function read(file: KeptFile): Promise<Downloaded | undefined> {
      return world.get(await world.attachments.signDownload(file, { ...asGiven, seconds: 60 }));
    }

    async function told(): Promise<readonly UploadedFile[]> {
      for (;;) {
        const files = await world.told();
        if (files.length > 0) return files;
      }
    }

    it('signs a form that takes a file of the size that was said, and is told of it', async () => {
      expect(await world.post(await sign(5), 'hello')).toBe(true);
      expect(await told()).toEqual([{ attachmentId, bytes: 5 }]);
    });

    it('signs a form that takes no other size, type or name', async () => {
      const form = await sign(5);
      expect(await world.post(form, 'hell')).toBe(false);
      expect(await world.post(form, 'hello!')).toBe(false);
      const as = (field: string, value: string): UploadForm => ({
        ...form,
        fields: { ...form.fields, [field]: value },
      });
      expect(await world.post(as('Content-Type', 'text/html'), 'hello')).toBe(false);
      expect(await world.post(as('key', `uploads/${newId('a')}`), 'hello')).toBe(false);
      expect(await world.told()).toEqual([]);
    });

    it('keeps a copy for each message, however often it is asked to, and tells nobody of it', async () => {
      await world.post(await sign(5), 'hello');
      await told();
      await world.attachments.keep(attachmentId, kept());
      await world.attachments.keep(attachmentId, kept());
      await world.attachments.keep(attachmentId, kept('another'));
      await world.attachments.removeUpload(attachmentId);
      for (const file of [kept(), kept('another')])
        expect(await read(file)).toEqual({ ...asGiven, bytes: 5 });
      expect(await world.told()).toEqual([]);
    });

    it('has nothing to copy once an upload is removed', async () => {
      await world.post(await sign(5), 'hello');
      await told();
      await world.attachments.removeUpload(attachmentId);
      await expect(world.attachments.keep(attachmentId, kept())).rejects.toThrow();
    });

    it('signs a link with the type and the name that are to be shown', async () => {
      await world.post(await sign(5), 'hello');
      await told();
      await world.attachments.keep(attachmentId, kept());
      const given = {
        mediaType: 'application/octet-stream',
        disposition: `attachment; filename="_ b.txt"; filename*=UTF-8''%C3%A4%20b.txt`,
      };
      const link = await world.attachments.signDownload(kept(), { ...given, seconds: 60 });
      expect(await world.get(link)).toEqual({ ...given, bytes: 5 });
    });

    it('removes what is kept, however often, and nothing of another message', async () => {
      await world.post(await sign(5), 'hello');
      await told();
      for (const file of [kept(), kept('another')])
        await world.attachments.keep(attachmentId, file);
      await world.attachments.removeKept(kept());
      await world.attachments.removeKept(kept());
      expect(await read(kept())).toBeUndefined();
      expect(await read(kept('another'))).toMatchObject({ bytes: 5 });
    });
  });
}
