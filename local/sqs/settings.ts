/** A queue's attributes as numbers and flags. */
export interface QueueSettings {
  readonly fifo: boolean;
  readonly visibilityMilliseconds: number;
  readonly delayMilliseconds: number;
  readonly retentionMilliseconds: number;
  readonly waitMilliseconds: number;
  readonly largestMessageBytes: number;
  readonly contentBasedDeduplication: boolean;
  /** Whether a deduplication id is compared within its group only (`DeduplicationScope: messageGroup`). */
  readonly deduplicatePerGroup: boolean;
  readonly redrive?: { readonly targetArn: string; readonly maxReceiveCount: number };
}

/** Source: SQS API Reference, `CreateQueue`. A message may have 1 MiB since August 2025. */
export const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  MaximumMessageSize: '1048576',
};

/** @param attributes as `CreateQueue` takes them; absent ones have AWS's defaults. */
export function settingsOf(attributes: Readonly<Record<string, string>>): QueueSettings {
  const number = (name: string): number => Number(attributes[name] ?? DEFAULT_ATTRIBUTES[name]);
  const redrive = redriveOf(attributes['RedrivePolicy']);
  return {
    fifo: attributes['FifoQueue'] === 'true',
    visibilityMilliseconds: number('VisibilityTimeout') * 1000,
    delayMilliseconds: number('DelaySeconds') * 1000,
    retentionMilliseconds: number('MessageRetentionPeriod') * 1000,
    waitMilliseconds: number('ReceiveMessageWaitTimeSeconds') * 1000,
    largestMessageBytes: number('MaximumMessageSize'),
    contentBasedDeduplication: attributes['ContentBasedDeduplication'] === 'true',
    deduplicatePerGroup: attributes['DeduplicationScope'] === 'messageGroup',
    ...(redrive === undefined ? {} : { redrive }),
  };
}

function redriveOf(policy: string | undefined): QueueSettings['redrive'] {
  if (policy === undefined || policy === '') return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy) as {
    readonly deadLetterTargetArn?: string;
    readonly maxReceiveCount?: number | string;
  };
  if (deadLetterTargetArn === undefined) return undefined;
  return { targetArn: deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount ?? 10) };
}
