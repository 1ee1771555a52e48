import { parseArgs } from 'node:util';
import { UserError } from '../user-error.ts';

export interface Options {
  /** A cloud assembly to run instead of this folder's own app. */
  readonly assembly?: string;
  /** What survives a restart, and what was synthesized. Git ignores the default. */
  readonly dataDirectory: string;
  readonly port: number;
  /** 0: any free port. */
  readonly endpointPort: number;
  readonly fresh: boolean;
  readonly chaos: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

const DEFAULT_PORT = 4000;
const DEFAULT_DATA_DIRECTORY = '.parley';

export const HELP = `Runs a synthesized CDK app on this machine.

  npm start                                  this folder's own app
  npm run local -- --assembly path/cdk.out   any synthesized app

  --port N           of the WebSocket API (${DEFAULT_PORT})
  --endpoint-port N  of the local AWS endpoint (any that is free)
  --data DIR         where tables, queues and keys are kept (${DEFAULT_DATA_DIRECTORY})
  --fresh            forget what earlier runs kept there (nothing else)
  --chaos            let calls fail now and then, as they do on AWS
  --verbose          print what the gateway does
  --help             this
`;

/** Reads the command line. Throws a `UserError` for what it does not know. */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const { assembly, fresh = false, chaos = false, verbose = false, help = false } = values;
  return {
    ...(assembly !== undefined && { assembly }),
    dataDirectory: values.data ?? DEFAULT_DATA_DIRECTORY,
    port: portOf('--port', values.port, DEFAULT_PORT),
    endpointPort: portOf('--endpoint-port', values['endpoint-port'], 0),
    fresh,
    chaos,
    verbose,
    help,
  };
}

const OPTIONS = {
  assembly: { type: 'string' },
  data: { type: 'string' },
  port: { type: 'string' },
  'endpoint-port': { type: 'string' },
  fresh: { type: 'boolean' },
  chaos: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

function parse(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    // Node's own sentence goes on to explain how to pass a positional argument; the first half is enough.
    const [reason = ''] = (error as Error).message.split('. ', 1);
    throw new UserError(`${reason}; --help lists the options`, { cause: error });
  }
}

function portOf(option: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new UserError(`${option} is "${text}"; give a number from 1 to 65535`);
}
