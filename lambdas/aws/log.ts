import type { Clock, Log } from '../core/ports.ts';

/** A longer text is cut: a log line is for ids and numbers. */
const TEXT_LENGTH = 512;

/**
 * One line of JSON a record: `{"time":"2026-…Z","level":"warn","event":"…", …fields}`.
 *
 * @param write takes one line with its line end; standard output by default, which Lambda takes as it is
 */
export function createLog(
  clock: Clock,
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Log {
  return {
    write(level, event, fields = {}) {
      const own = { time: new Date(clock.now()).toISOString(), level, event };
      // Named twice: first for their place in the line, then so that no field can take their name.
      const record = { ...own, ...fields, ...own };
      write(`${escaped(JSON.stringify(record, cut))}\n`);
    },
  };
}

function cut(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > TEXT_LENGTH
    ? `${value.slice(0, TEXT_LENGTH)}…`
    : value;
}

/**
 * JSON escapes CR, LF and ESC itself. The rest that a terminal or a log reader may take for a line end or a
 * command (DEL, the C1 controls, U+2028) goes with everything that is not ASCII.
 */
function escaped(json: string): string {
  return json.replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
