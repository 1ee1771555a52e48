import { Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
  type UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { ResolvedSettings, TokenSettings } from './settings.ts';

type SignInSettings = Pick<
  ResolvedSettings,
  'removal' | 'deletionProtection' | 'selfSignUp' | 'callbackUrls'
>;

/** A Cognito user pool for a team that has no issuer yet: sign-in by e-mail, a public PKCE client, a hosted page. */
export class SignIn extends Construct {
  readonly userPool: UserPool;
  readonly client: UserPoolClient;
  readonly domain: UserPoolDomain;

  constructor(scope: Construct, id: string, settings: SignInSettings) {
    super(scope, id);
    this.userPool = userPool(this, settings);
    this.client = this.userPool.addClient('Client', {
      // Public: apps and browsers can keep no secret; PKCE stands in for one.
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [...(settings.callbackUrls ?? ['http://localhost:3000/'])],
      },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
    });
    // A domain's prefix is unique in the whole region: the stack's own id is, and stays the same.
    const stackGuid = Fn.select(2, Fn.split('/', Stack.of(this).stackId));
    this.domain = this.userPool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: `chat-${stackGuid}` },
    });
  }

  /** How the pool's access tokens are checked: Cognito puts the client into `client_id`, and no `aud`. */
  token(): TokenSettings {
    const issuer = this.userPool.userPoolProviderUrl;
    return {
      issuer,
      audience: this.client.userPoolClientId,
      jwksUrl: `${issuer}/.well-known/jwks.json`,
      tokenUse: 'access',
    };
  }
}

function userPool(scope: Construct, settings: SignInSettings): UserPool {
  const pool = new UserPool(scope, 'UserPool', {
    selfSignUpEnabled: settings.selfSignUp ?? false,
    signInAliases: { email: true },
    autoVerify: { email: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    passwordPolicy: {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
    },
    mfa: Mfa.OPTIONAL,
    mfaSecondFactor: { otp: true, sms: false },
    // The smallest plan has all that is used here; the larger ones bill three and four times as much per user.
    featurePlan: FeaturePlan.LITE,
    deletionProtection: settings.deletionProtection,
    removalPolicy: settings.removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  acknowledge(pool, {
    'AwsSolutions-COG2':
      'A second factor is offered (an authenticator app), not forced: a team that wants it forced brings an issuer of its own.',
    'AwsSolutions-COG8':
      'Threat protection needs the Plus plan, which bills every active user; a team that wants it brings an issuer of its own.',
  });
  return pool;
}
