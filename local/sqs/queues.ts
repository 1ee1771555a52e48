import type { Resources } from '../assembly/resources.ts';
import type { Clock } from '../clock.ts';
import { AwsError } from '../endpoint/aws-error.ts';
import { DEDUPLICATION_WINDOW_MILLISECONDS } from './deduplication.ts';
import { Journal } from './journal.ts';
import type { JournalEntry } from './journal.ts';
import { Queue } from './queue.ts';
import type { QueueObserver } from './queue.ts';

export interface QueuesOptions {
  readonly resources: Pick<Resources, 'region' | 'account' | 'queues'>;
  readonly clock: Clock;
  /** Where messages survive the process. In memory if absent. */
  readonly dataDirectory?: string;
}

/** Every queue of the local cloud: the template's, and those made with `CreateQueue`. */
export class Queues {
  private readonly options: QueuesOptions;
  private readonly byName = new Map<string, Queue>();
  private readonly journal: Journal | undefined;

  constructor(options: QueuesOptions) {
    this.options = options;
    const { clock, dataDirectory, resources } = options;
    // What is gone still counts for deduplication, for five minutes.
    const isRecent = ({ message }: JournalEntry): boolean =>
      message.deduplicationId !== undefined &&
      message.sentAt + DEDUPLICATION_WINDOW_MILLISECONDS > clock.now();
    this.journal = dataDirectory === undefined ? undefined : new Journal(dataDirectory, isRecent);
    for (const queue of resources.queues) this.add(queue, queue.attributes);
    this.recover();
  }

  get all(): readonly Queue[] {
    return [...this.byName.values()];
  }

  byArn(arn: string): Queue | undefined {
    return this.find(arn.slice(arn.lastIndexOf(':') + 1));
  }

  /** By the name that a queue's URL ends with, whatever its host: callers reach the endpoint under many names. */
  byUrl(url: string): Queue {
    const queue = this.find(url.slice(url.lastIndexOf('/') + 1));
    if (queue === undefined) throw doesNotExist();
    return queue;
  }

  find(name: string): Queue | undefined {
    return this.byName.get(name);
  }

  /** `CreateQueue`: an existing one is answered if its attributes agree with those asked for. */
  create(name: string, attributes: Readonly<Record<string, string>>, origin: string): Queue {
    const existing = this.find(name);
    if (existing === undefined) {
      const { region, account } = this.options.resources;
      return this.add(
        {
          name,
          arn: `arn:aws:sqs:${region}:${account}:${name}`,
          url: `${origin}/${account}/${name}`,
        },
        attributes,
      );
    }
    const differs = Object.entries(attributes).find(
      ([attribute, value]) => existing.attributes[attribute] !== value,
    );
    if (differs !== undefined) {
      throw new AwsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${differs[0]}`,
      );
    }
    return existing;
  }

  delete(queue: Queue): void {
    queue.purge();
    queue.close();
    this.byName.delete(queue.identity.name);
  }

  /** Ends every wait and timer. What is in the queues stays in the journal. */
  close(): void {
    for (const queue of this.byName.values()) queue.close();
    this.journal?.close();
  }

  private add(
    { name, arn, url }: { readonly name: string; readonly arn: string; readonly url: string },
    attributes: Readonly<Record<string, string>>,
  ): Queue {
    const queue = new Queue({
      identity: { name, arn, url },
      attributes,
      clock: this.options.clock,
      observer: this.observer(),
      deadLetterQueue: (target) => this.byArn(target),
    });
    this.byName.set(name, queue);
    return queue;
  }

  private observer(): QueueObserver {
    return {
      sent: (queue, message, visibleAt) => {
        this.journal?.sent({ queue: queue.identity.name, message, visibleAt });
      },
      removed: (queue, messageId) => {
        this.journal?.removed(queue.identity.name, messageId);
      },
    };
  }

  /**
   * What was in flight when the last run ended is visible at once: whoever held it is gone as well.
   * Messages of a queue that the template no longer has are left out.
   */
  private recover(): void {
    const { waiting = [], gone = [] } = this.journal?.recovered() ?? {};
    for (const entry of gone) this.find(entry.queue)?.remember(entry.message);
    for (const entry of waiting) this.find(entry.queue)?.restore(entry.message, entry.visibleAt);
  }
}

function doesNotExist(): AwsError {
  return new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}
