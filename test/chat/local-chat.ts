import type { CloudLogLine } from '../../local/cloud-log.ts';
import type { Cloud } from '../../local/cloud.ts';
import type { Units } from '../../local/endpoint/meter.ts';
import { startApp } from '../../local/command/start-app.ts';
import { ChatUser } from './chat-user.ts';

/** A function's own error, what the platform says of one that it had to end, or what nobody caught. */
const FAILURE = /"level":"error"|^RequestId: |^\s+at |Error:/;
/** The chat's own answer to a handshake while it waits for its tables in vain, as `busy` is one to a frame. */
const BUSY = /\$connect answered 503$/;

/** Capacity units: of the function that serves `send_message`, and of everything, fan-out included. */
export interface MessageUnits {
  readonly sending: Units;
  readonly all: Units;
}

/** The chat as `npm start` runs it: the synthesized stack on the local cloud, with users who connect to it. */
export class LocalChat {
  readonly cloud: Cloud;
  private readonly lines: readonly CloudLogLine[];
  private stopped = false;

  private constructor(cloud: Cloud, lines: readonly CloudLogLine[]) {
    this.cloud = cloud;
    this.lines = lines;
  }

  /** @param context settings of the chat, as `-c name=value` takes them */
  static async start(context: Readonly<Record<string, string>> = {}): Promise<LocalChat> {
    const lines: CloudLogLine[] = [];
    const cloud = await startApp({ context, log: (line) => lines.push(line) });
    return new LocalChat(cloud, lines);
  }

  connect(userId: string, query?: string): Promise<ChatUser> {
    return ChatUser.connect(this.cloud.url, userId, query);
  }

  /** What a part of the cloud, or a function, has written as an error. */
  errors(): readonly string[] {
    return this.lines
      .filter(({ level, text }) => (level === 'error' && !BUSY.test(text)) || FAILURE.test(text))
      .map(({ source, text }) => `${source}: ${text}`);
  }

  /** Waits until the worker has nothing left to do: everything sent before is posted, or given up. */
  async delivered(): Promise<void> {
    const left = (): number =>
      this.cloud.endpoint.queues.all
        .map((queue) => queue.counts())
        .reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0);
    // A busy machine takes its time; who waits here for ever is ended by the end of its test.
    while (left() > 0 && !this.stopped) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** What a message has cost since the meter was set back. */
  unitsPer(messages: number): MessageUnits {
    const { dynamodb } = this.cloud.endpoint.meter.snapshot();
    const { functions } = this.cloud.resources;
    const commands = functions.find(({ logicalId }) => /commands/i.test(logicalId))?.name ?? '';
    const per = ({ readUnits, writeUnits }: Units): Units => ({
      readUnits: readUnits / messages,
      writeUnits: writeUnits / messages,
    });
    const nothing = { readUnits: 0, writeUnits: 0 };
    return { sending: per(dynamodb.callers[commands] ?? nothing), all: per(dynamodb) };
  }

  stop(): Promise<void> {
    this.stopped = true;
    return this.cloud.stop();
  }
}
