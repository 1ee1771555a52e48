import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { AttachmentStore } from '../core/ports.ts';
import { uploadObjectKey } from './object-keys.ts';

/** The bucket of files. */
export function createAttachmentStore(client: S3Client, bucket: string): AttachmentStore {
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
  };
}
