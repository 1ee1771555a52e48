import type { Resources } from './assembly/resources.ts';
import type { GatewayLine } from './gateway/gateway-options.ts';
import type { FunctionLogLine } from './lambda/function-instance.ts';

/** A line that some part of the cloud wrote. */
export interface CloudLogLine {
  /** A function's logical id without its hash, or `gateway`, `endpoint`, `poller`. */
  readonly source: string;
  /** `error` for what the gateway refused or could not do, and for what the endpoint and the poller have to say. */
  readonly level: 'info' | 'error';
  readonly text: string;
}

/** One sink for each part of the cloud. */
export interface CloudLog {
  readonly endpoint: (text: string) => void;
  readonly poller: (text: string) => void;
  readonly function: (line: FunctionLogLine) => void;
  readonly gateway: (line: GatewayLine) => void;
  /** The last lines, oldest first. */
  readonly lines: () => readonly CloudLogLine[];
}

const LINES_KEPT = 10_000;

/** Brings together what the parts of the cloud write. */
export function createCloudLog(
  { functions }: Pick<Resources, 'functions'>,
  sink: (line: CloudLogLine) => void = () => {},
): CloudLog {
  const labels = new Map(functions.map(({ name, logicalId }) => [name, withoutHash(logicalId)]));
  const kept: CloudLogLine[] = [];
  const write = (source: string, level: CloudLogLine['level'], text: string): void => {
    const line = { source, level, text };
    kept.push(line);
    if (kept.length > LINES_KEPT) kept.shift();
    sink(line);
  };
  return {
    endpoint: (text) => write('endpoint', 'error', text),
    poller: (text) => write('poller', 'error', text),
    function: ({ functionName, text }) =>
      write(labels.get(functionName) ?? functionName, 'info', text),
    gateway: ({ level, connectionId, routeKey, outcome, why }) =>
      write('gateway', level, `${connectionId} ${routeKey} ${outcome}${why ? `; ${why}` : ''}`),
    lines: () => kept.slice(),
  };
}

/** Of a logical id that CDK made: its hash says nothing to a reader. */
function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
