import type { Invocation } from '../lambda/invoke.ts';
import type { ReceivedMessage } from './message.ts';

/**
 * The ids of the messages of a batch that failed and must come back.
 *
 * Without `ReportBatchItemFailures` a batch succeeds or fails as a whole. With it, an answer that is absent or
 * null, or whose `batchItemFailures` is absent, null or empty, means that all succeeded; one that cannot be
 * read, or that names an empty, null or unknown id, means that all failed.
 * Source: Lambda Developer Guide, "Handling errors for an SQS event source": success and failure conditions.
 */
export function failedMessages(
  invocation: Invocation,
  batch: readonly ReceivedMessage[],
  reportBatchItemFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(batch.map(({ message }) => message.messageId));
  const none = new Set<string>();
  if (!invocation.ok) return all;
  if (!reportBatchItemFailures) return none;
  const answer = invocation.payload;
  if (answer === undefined || answer === null) return none;
  if (typeof answer !== 'object' || Array.isArray(answer)) return all;
  const failures = (answer as { readonly batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return none;
  if (!Array.isArray(failures)) return all;

  const failed = new Set<string>();
  for (const failure of failures as readonly unknown[]) {
    const id = (failure as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !all.has(id)) return all;
    failed.add(id);
  }
  return failed;
}
