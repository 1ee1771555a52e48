import type { CloudLogLine } from '../../local/cloud-log.ts';
import type { Cloud } from '../../local/cloud.ts';
import { startApp } from '../../local/command/start-app.ts';
import { ChatUser } from './chat-user.ts';

/** The chat as `npm start` runs it: the synthesized stack on the local cloud, with users who connect to it. */
export class LocalChat {
  readonly cloud: Cloud;
  private readonly lines: readonly CloudLogLine[];

  private constructor(cloud: Cloud, lines: readonly CloudLogLine[]) {
    this.cloud = cloud;
    this.lines = lines;
  }

  static async start(): Promise<LocalChat> {
    const lines: CloudLogLine[] = [];
    const cloud = await startApp({ log: (line) => lines.push(line) });
    return new LocalChat(cloud, lines);
  }

  connect(userId: string, query?: string): Promise<ChatUser> {
    return ChatUser.connect(this.cloud.url, userId, query);
  }

  /** What a part of the cloud, or a function, has written as an error. */
  errors(): readonly string[] {
    return this.lines
      .filter(({ level, text }) => level === 'error' || text.includes('"level":"error"'))
      .map(({ source, text }) => `${source}: ${text}`);
  }

  stop(): Promise<void> {
    return this.cloud.stop();
  }
}
