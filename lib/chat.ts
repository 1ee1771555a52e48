import { Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/env.ts';
import { Alarms } from './alarms.ts';
import { Attachments } from './attachments.ts';
import { ChatApi } from './chat-api.ts';
import { ChatFunction } from './chat-function.ts';
import { ChatRoutes } from './chat-routes.ts';
import { ChatTables } from './chat-tables.ts';
import { FanOutQueue } from './fan-out-queue.ts';
import { byFunction, functionSizes, type FunctionName } from './functions.ts';
import { rights } from './rights.ts';
import {
  resolveSettings,
  type ChatSettings,
  type ResolvedSettings,
  type TokenSettings,
} from './settings.ts';
import { SignIn } from './sign-in.ts';

export interface ChatProps extends ChatSettings {
  /** The folder of each function's bundled code: what `bundleHandlers` answers. */
  readonly code: Readonly<Record<FunctionName, string>>;
}

/**
 * The whole chat backend. Put it into a stack of your own:
 *
 *     new Chat(this, 'Chat', { code: bundleHandlers(), issuer: 'https://…', audience: '…' });
 *
 * Nothing in it has a fixed name, so that several live in one account.
 * @throws SettingsError with one sentence about a setting that is missing or wrong.
 */
export class Chat extends Construct {
  /** `wss://…`: what clients connect to. */
  readonly webSocketUrl: string;
  readonly tables: ChatTables;
  readonly fanOut: FanOutQueue;
  readonly attachments: Attachments;
  readonly functions: Readonly<Record<FunctionName, ChatFunction>>;
  /** Only without an issuer of the team's own. */
  readonly signIn?: SignIn;

  constructor(scope: Construct, id: string, props: ChatProps) {
    super(scope, id);
    const settings = resolveSettings(props);
    let { token } = settings;
    if (token === undefined) {
      this.signIn = new SignIn(this, 'SignIn', settings);
      token = this.signIn.token();
    }
    this.tables = new ChatTables(this, 'Tables', settings);
    this.fanOut = new FanOutQueue(this, 'FanOutQueue');
    this.attachments = new Attachments(this, 'Attachments', settings);
    const api = new ChatApi(this, 'Api', settings);
    this.functions = this.createFunctions(props.code, settings, api, token);
    this.fanOut.deliverTo(this.functions['fan-out'], settings.fanOutConcurrency);
    this.attachments.deliverTo(this.functions.uploads);
    // A stage deploys itself at every change: created after all routes, it does so once.
    api.stage.node.addDependency(new ChatRoutes(this, 'Routes', api, this.functions));
    const { functions, fanOut, attachments } = this;
    new Alarms(this, 'Alarms', { functions, fanOut, attachments, settings });
    for (const [key, value] of Object.entries(settings.tags)) Tags.of(this).add(key, value);
    this.webSocketUrl = api.stage.url;
  }

  private createFunctions(
    code: ChatProps['code'],
    settings: ResolvedSettings,
    api: ChatApi,
    token: TokenSettings,
  ): Readonly<Record<FunctionName, ChatFunction>> {
    const told = {
      chat: {
        [ENV.generation]: String(settings.generation),
        [ENV.attachmentBytes]: String(settings.attachmentBytes),
        [ENV.limits]: JSON.stringify(settings.limits),
      },
      token: {
        [ENV.issuer]: token.issuer,
        [ENV.audience]: token.audience,
        [ENV.jwksUrl]: token.jwksUrl,
        ...(token.tokenUse !== undefined && { [ENV.tokenUse]: token.tokenUse }),
        ...(settings.allowedOrigins.length > 0 && {
          [ENV.allowedOrigins]: settings.allowedOrigins.join(','),
        }),
      },
    };
    const create = (name: FunctionName): ChatFunction => {
      const size = functionSizes[name];
      const target = new ChatFunction(this, constructId(name), {
        size,
        codeDirectory: code[name],
        logRetention: settings.logRetentionDays,
        tracing: settings.tracing,
      });
      const allowed = rights[name];
      target.use(this.tables.useConversations(), allowed.conversations);
      target.use(this.tables.useUsers(), allowed.users);
      target.use(this.fanOut.use(), allowed.fanOutQueue);
      target.use(this.attachments.useUploads(), allowed.uploads);
      target.use(this.attachments.useKept(), allowed.kept);
      target.use(this.attachments.useQueue(), allowed.uploadQueue);
      target.use(api.useConnections(), allowed.connections);
      for (const what of allowed.told ?? []) target.tell(told[what]);
      return target;
    };
    return byFunction(create);
  }
}

/** `fan-out` → `FanOut`: what the deployed function's name begins with. */
function constructId(name: FunctionName): string {
  return name.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}
