import { CopyObjectCommand, DeleteObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { AttachmentStore } from '../core/ports.ts';
import { calling } from './errors.ts';
import { keptObjectKey, uploadObjectKey } from './object-keys.ts';

/** The bucket of files. */
export function createAttachmentStore(client: S3Client, bucket: string): AttachmentStore {
  const remove = async (key: string): Promise<void> => {
    await calling(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
  };
  return {
    async signUpload({ attachmentId, mediaType, bytes, seconds }) {
      // Not a presigned PUT: that one binds neither the size nor, by itself, the type.
      const { url, fields } = await createPresignedPost(client, {
        Bucket: bucket,
        Key: uploadObjectKey(attachmentId),
        Fields: { 'Content-Type': mediaType },
        Conditions: [['content-length-range', bytes, bytes]],
        Expires: seconds,
      });
      return { url, fields };
    },

    async keep(attachmentId, file) {
      await calling(
        client.send(
          new CopyObjectCommand({
            Bucket: bucket,
            CopySource: `${bucket}/${uploadObjectKey(attachmentId)}`,
            Key: keptObjectKey(file),
          }),
        ),
      );
    },

    signDownload(file, { mediaType, disposition, seconds }) {
      return getSignedUrl(
        client,
        new GetObjectCommand({
          Bucket: bucket,
          Key: keptObjectKey(file),
          ResponseContentType: mediaType,
          ResponseContentDisposition: disposition,
        }),
        { expiresIn: seconds },
      );
    },

    removeUpload: (attachmentId) => remove(uploadObjectKey(attachmentId)),
    removeKept: (file) => remove(keptObjectKey(file)),
  };
}
