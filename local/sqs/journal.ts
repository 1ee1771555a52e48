import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Message } from './message.ts';

/** A message that was acknowledged and not yet deleted when the last run ended. */
export interface JournalEntry {
  readonly queue: string;
  readonly message: Message;
  readonly visibleAt: number;
}

type JournalRecord =
  | ({ readonly kind: 'sent' } & JournalEntry)
  | { readonly kind: 'removed'; readonly queue: string; readonly messageId: string };

const FILE_NAME = 'queues.jsonl';
/** How many bytes may be appended before what is left is written anew. */
const COMPACT_AFTER_BYTES = 32 * 1024 * 1024;

/**
 * What makes the queues outlive the process: a file to which every send is appended before it is acknowledged,
 * and every removal. A written line survives the death of the process (not of the machine: it is not forced to
 * disk). A line that was cut short by a kill was never acknowledged, and is left out.
 */
export class Journal {
  private readonly path: string;
  private readonly live = new Map<string, JournalEntry>();
  /** Sends that are gone but still count for deduplication. */
  private recent: JournalEntry[] = [];
  private readonly keep: (entry: JournalEntry) => boolean;
  private file: number;
  private appended = 0;

  /** @param keep whether a removed message must still be remembered, e.g. for deduplication. */
  constructor(directory: string, keep: (entry: JournalEntry) => boolean) {
    this.path = join(directory, FILE_NAME);
    this.keep = keep;
    for (const record of readRecords(this.path)) {
      if (record.kind === 'removed') this.forget(record.queue, record.messageId);
      else this.live.set(keyOf(record.queue, record.message.messageId), record);
    }
    this.file = this.compact();
  }

  /** What is to be taken in again, in order of arrival; and what is gone but to be remembered. */
  recovered(): {
    readonly waiting: readonly JournalEntry[];
    readonly gone: readonly JournalEntry[];
  } {
    return { waiting: [...this.live.values()], gone: this.recent };
  }

  sent(entry: JournalEntry): void {
    this.live.set(keyOf(entry.queue, entry.message.messageId), entry);
    this.append({ kind: 'sent', ...entry });
  }

  removed(queue: string, messageId: string): void {
    this.forget(queue, messageId);
    this.append({ kind: 'removed', queue, messageId });
  }

  close(): void {
    closeSync(this.file);
  }

  private forget(queue: string, messageId: string): void {
    const key = keyOf(queue, messageId);
    const gone = this.live.get(key);
    if (gone !== undefined && this.keep(gone)) this.recent.push(gone);
    this.live.delete(key);
  }

  private append(record: JournalRecord): void {
    const line = `${JSON.stringify(record)}\n`;
    writeSync(this.file, line);
    this.appended += line.length;
    if (this.appended < COMPACT_AFTER_BYTES) return;
    closeSync(this.file);
    this.file = this.compact();
  }

  /** Writes what is left to a new file and puts it in the old one's place in one step. */
  private compact(): number {
    this.recent = this.recent.filter((entry) => this.keep(entry));
    const records: JournalRecord[] = [
      ...this.recent.flatMap((entry): JournalRecord[] => [
        { kind: 'sent', ...entry },
        { kind: 'removed', queue: entry.queue, messageId: entry.message.messageId },
      ]),
      ...[...this.live.values()].map((entry): JournalRecord => ({ kind: 'sent', ...entry })),
    ];
    const next = `${this.path}.next`;
    writeFileSync(next, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    renameSync(next, this.path);
    this.appended = 0;
    return openSync(this.path, 'a');
  }
}

function readRecords(path: string): JournalRecord[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as JournalRecord];
      } catch {
        return [];
      }
    });
}

function keyOf(queue: string, messageId: string): string {
  return `${queue}\n${messageId}`;
}
