import { createHash } from 'node:crypto';
import { AwsError } from '../endpoint/aws-error.ts';

/**
 * The id by which a FIFO queue tells a repeated send: the one given, or the hash of the body.
 * @throws {AwsError} if there is none and the queue does not make one
 */
export function deduplicationIdOf(
  input: { readonly body: string; readonly deduplicationId?: string },
  settings: { readonly contentBasedDeduplication: boolean },
): string {
  if (input.deduplicationId !== undefined) return input.deduplicationId;
  if (settings.contentBasedDeduplication) {
    return createHash('sha256').update(input.body).digest('hex');
  }
  throw new AwsError(
    'InvalidParameterValue',
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

/** What a deduplication id is unique in: the queue, or each of its groups. */
export function deduplicationKey(
  settings: { readonly deduplicatePerGroup: boolean },
  deduplicationId: string,
  groupId = '',
): string {
  return settings.deduplicatePerGroup ? `${groupId}\n${deduplicationId}` : deduplicationId;
}
