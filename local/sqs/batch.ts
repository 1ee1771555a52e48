import { AwsError } from '../endpoint/aws-error.ts';

export interface BatchEntry {
  readonly Id?: string;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

export interface BatchAnswer {
  readonly Successful: readonly unknown[];
  readonly Failed: readonly {
    readonly Id: string;
    readonly SenderFault: boolean;
    readonly Code: string;
    readonly Message: string;
  }[];
}

const MOST_ENTRIES = 10;

/**
 * Carries out each entry of a batch by itself. One that fails stands in `Failed`, inside an answer of 200.
 * A batch that is malformed as a whole is refused.
 */
export function inBatch<Entry extends BatchEntry>(
  entries: readonly Entry[] = [],
  run: (entry: Entry) => object,
): BatchAnswer {
  const ids = entries.map((entry) => entry.Id ?? '');
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MOST_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id))) {
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const repeated = ids.find((id, at) => ids.indexOf(id) !== at);
  if (repeated !== undefined) {
    throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  }

  const successful: unknown[] = [];
  const failed: BatchAnswer['Failed'][number][] = [];
  for (const [at, entry] of entries.entries()) {
    const Id = ids[at] ?? '';
    try {
      successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}
