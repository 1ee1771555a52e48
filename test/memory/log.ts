import type { Log, LogFields } from '../../lambdas/core/ports.ts';
import { frozen } from './frozen.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
}

/** Collects what was logged. */
export class MemoryLog implements Log {
  readonly lines: LogLine[] = [];

  write(level: LogLine['level'], event: string, fields: LogFields = {}): void {
    this.lines.push(frozen({ level, event, fields }));
  }

  /** The names of the events logged so far, in order. */
  events(): readonly string[] {
    return this.lines.map((line) => line.event);
  }
}
