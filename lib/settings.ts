import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DEFAULT_LIMITS, type SettableLimits } from '../protocol/settable-limits.ts';
import { checkSettings } from './check-settings.ts';
import { quotas } from './quotas.ts';

/** Everything a team can decide about a deployment. All of it is optional; `resolveSettings` gives the defaults. */
export interface ChatSettings {
  /** The API's stage and the end of its URL: letters, digits and hyphens, 32 at most. Default `dev`. */
  readonly stage?: string;
  /**
   * Your JWT issuer, exactly as it stands in the tokens' `iss`. Needs `audience`.
   * Default: none; the stack then creates a Cognito user pool and trusts its access tokens.
   */
  readonly issuer?: string;
  /** What `aud` (or `client_id`, see `tokenUse`) must be. Only with `issuer`. */
  readonly audience?: string;
  /** Where the issuer's public keys are. Default `{issuer}/.well-known/jwks.json`. */
  readonly jwksUrl?: string;
  /** `access` if the issuer puts the audience into `client_id`, as Cognito's access tokens do. Default: `aud` is checked. */
  readonly tokenUse?: 'access';
  /** Exact origins of the web pages that may connect, e.g. `https://chat.example.com`. Default: none; other clients send no origin. */
  readonly allowedOrigins?: readonly string[];
  /** Part of every epoch; the restore runbook raises it so that clients reset. A whole number from 1. Default 1. */
  readonly generation?: number;
  /** Limits that are not to be the default: `protocol/settable-limits.ts` has them all, with default, bounds and unit. */
  readonly limits?: Partial<SettableLimits>;
  /** What becomes of tables, user pool and access log when the stack goes. Default `retain`. */
  readonly removal?: 'retain' | 'destroy';
  /** Whether AWS refuses to delete tables and user pool. Default: on with `retain`, off with `destroy`. */
  readonly deletionProtection?: boolean;
  /** How long logs are kept, in days; one of CloudWatch's own steps (1, 3, 5, 7, 14, 30 …). Default 30. */
  readonly logRetentionDays?: RetentionDays;
  /** An SNS topic of yours that alarms go to. Not together with `alarmEmail`. Default: alarms tell nobody. */
  readonly alarmTopicArn?: string;
  /** An address that alarms go to, through a topic that the stack creates; its owner confirms once by mail. */
  readonly alarmEmail?: string;
  /**
   * `create` makes the account's role for API Gateway's logs (`AWS::ApiGateway::Account`), which a fresh
   * account lacks; `present` says that there is one. One per account and region: further stages say `present`.
   * Default `create`.
   */
  readonly apiGatewayLogRole?: 'create' | 'present';
  /** The largest file that may be attached, in bytes. Default 104,857,600 (100 MB); S3 takes 5 GB at most. */
  readonly attachmentBytes?: number;
  /** Frames per second that the stage takes in from all clients. Default 2,000, a fifth of the account's quota. */
  readonly ratePerSecond?: number;
  /** Frames that it takes at once above the rate. Default 1,000. */
  readonly burst?: number;
  /**
   * How many fan-out workers run at once. Default 5, half of what a fresh account may run in all, so that
   * the other half answers clients; raise it with your Lambda quota.
   */
  readonly fanOutConcurrency?: number;
  /** Whether functions are traced with X-Ray, which bills per trace. Default false. */
  readonly tracing?: boolean;
  /** Only without `issuer`: whether anybody may sign up to the user pool. Default false: you add users. */
  readonly selfSignUp?: boolean;
  /** Only without `issuer`: where sign-in may return to. Default `http://localhost:3000/`. */
  readonly callbackUrls?: readonly string[];
  /** Name of a restored table that stands in for the stack's own (docs/OPERATIONS.md, Restore). */
  readonly conversationsTable?: string;
  /** As `conversationsTable`, for the users' table. */
  readonly usersTable?: string;
  /** Put on every resource. Default none. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** How tokens are checked: the team's issuer, or the user pool that the stack made. */
export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  readonly tokenUse?: 'access';
}

/** Settings with every default filled in; `token` is absent where the stack makes its own user pool. */
export type ResolvedSettings = ChatSettings &
  Required<Pick<ChatSettings, keyof typeof defaults | 'deletionProtection'>> & {
    readonly limits: SettableLimits;
    readonly token?: TokenSettings;
  };

const defaults = {
  stage: 'dev',
  allowedOrigins: [],
  generation: 1,
  removal: 'retain',
  logRetentionDays: RetentionDays.ONE_MONTH,
  apiGatewayLogRole: 'create',
  attachmentBytes: 100 * 1024 * 1024,
  ratePerSecond: quotas.apiRequestsPerSecond / 5,
  burst: quotas.apiBurst / 5,
  fanOutConcurrency: quotas.newAccountConcurrency / 2,
  tracing: false,
  tags: {},
} as const satisfies ChatSettings;

/**
 * Checks the settings and fills in the defaults.
 * @throws SettingsError with what to do about the first setting that is wrong.
 */
export function resolveSettings(settings: ChatSettings): ResolvedSettings {
  const filled = { ...defaults, ...settings };
  const limits = { ...DEFAULT_LIMITS, ...settings.limits };
  const resolved = { deletionProtection: filled.removal === 'retain', ...filled, limits };
  checkSettings(resolved);
  return { ...resolved, ...tokenSettings(resolved) };
}

function tokenSettings(settings: ChatSettings): { readonly token?: TokenSettings } {
  const { issuer, audience, jwksUrl, tokenUse } = settings;
  if (issuer === undefined || audience === undefined) return {};
  return {
    token: {
      issuer,
      audience,
      jwksUrl: jwksUrl ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`,
      ...(tokenUse !== undefined && { tokenUse }),
    },
  };
}
