import { Unavailable, type Ports } from './ports.ts';
import { settleAll } from './settle-all.ts';

/** A file that the bucket has told of. */
export interface UploadedFile {
  readonly attachmentId: string;
  readonly bytes: number;
}

/** A message of the bucket's queue. */
export interface UploadNotice {
  readonly messageId: string;
  readonly files: readonly UploadedFile[];
}

export type ConfirmPorts = Pick<Ports, 'users' | 'clock' | 'log'>;

/**
 * Confirms the uploads that a batch of notices tells of: from then on a message may refer to them. Safe to repeat,
 * in any order.
 *
 * @returns the message ids that must come back
 */
export async function confirmUploads(
  ports: ConfirmPorts,
  notices: readonly UploadNotice[],
): Promise<string[]> {
  const failed = await settleAll(
    notices.map(async ({ messageId, files }) => {
      try {
        await settleAll(files.map((file) => confirm(ports, file)));
        return [];
      } catch (error) {
        ports.log.write(error instanceof Unavailable ? 'warn' : 'error', 'upload_not_confirmed', {
          messageId,
          error: error instanceof Error ? error.name : typeof error,
        });
        return [messageId];
      }
    }),
  );
  return failed.flat();
}

async function confirm(ports: ConfirmPorts, { attachmentId, bytes }: UploadedFile): Promise<void> {
  const known = await ports.users.confirmUpload(attachmentId, bytes, ports.clock.now());
  // Told of so late that the row has expired: the file does, too.
  if (!known) ports.log.write('info', 'upload_unknown', { attachmentId });
}
