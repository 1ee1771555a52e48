import type { UploadedFile } from '../../lambdas/core/confirm-uploads.ts';
import type { AttachmentStore, UploadForm } from '../../lambdas/core/ports.ts';
import { newId } from './rows.ts';

/** The bucket with the sides that the chat does not see. */
export interface AttachmentWorld {
  readonly attachments: AttachmentStore;
  /** A client sends a form with a file. Answers whether it was taken. */
  post(form: UploadForm, file: string): Promise<boolean>;
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
  });
}
