import { Lazy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { SettingsError } from '../../lib/settings-error.ts';
import { resolveSettings, type ChatSettings } from '../../lib/settings.ts';

const issuer = { issuer: 'https://issuer.example.com/', audience: 'chat' };

describe('resolveSettings', () => {
  it('needs nothing: the defaults keep data, and no token is checked against anybody else', () => {
    expect(resolveSettings({})).toEqual({
      stage: 'dev',
      allowedOrigins: [],
      attachmentBytes: 104_857_600,
      generation: 1,
      limits: {
        messagesPerMinute: 100,
        connectionsPerUser: 10,
        groupMembers: 1_000,
        contentBytes: 16_384,
        editWindowMs: 86_400_000,
        pageEvents: 100,
        pageMembers: 100,
        pageConversations: 50,
      },
      removal: 'retain',
      deletionProtection: true,
      logRetentionDays: 30,
      apiGatewayLogRole: 'create',
      ratePerSecond: 2_000,
      burst: 1_000,
      fanOutConcurrency: 5,
      tracing: false,
      tags: {},
    });
  });

  it('finds the keys where issuers have them, unless told', () => {
    expect(resolveSettings(issuer).token).toEqual({
      ...issuer,
      jwksUrl: 'https://issuer.example.com/.well-known/jwks.json',
    });
    expect(
      resolveSettings({ ...issuer, jwksUrl: 'https://keys.example.com/1' }).token?.jwksUrl,
    ).toBe('https://keys.example.com/1');
  });

  it('turns deletion protection off where the stack is to be destroyed', () => {
    expect(resolveSettings({ removal: 'destroy' }).deletionProtection).toBe(false);
    expect(resolveSettings({ deletionProtection: false }).deletionProtection).toBe(false);
  });

  it('takes plain http from this machine, for development', () => {
    const local = { ...issuer, issuer: 'http://127.0.0.1:4000', jwksUrl: 'http://localhost:1/j' };
    expect(resolveSettings({ ...local, allowedOrigins: ['http://localhost:5173'] }).token).toEqual({
      issuer: local.issuer,
      audience: local.audience,
      jwksUrl: local.jwksUrl,
    });
  });

  it('leaves the limits that are not set as they are', () => {
    const { limits } = resolveSettings({ limits: { messagesPerMinute: 60 } });
    expect(limits).toEqual({ ...resolveSettings({}).limits, messagesPerMinute: 60 });
  });

  it('lets values pass that CloudFormation fills in later', () => {
    const later = Lazy.string({ produce: () => 'anything' });
    expect(() =>
      resolveSettings({ issuer: later, audience: later, jwksUrl: later, alarmTopicArn: later }),
    ).not.toThrow();
  });

  const refused: readonly (readonly [wrong: ChatSettings, sentence: string])[] = [
    [{ issuer: 'https://i.example.com' }, 'issuer is set without an audience; set audience to'],
    [{ issuer: 'https://i.example.com', audience: '' }, 'issuer is set without an audience'],
    [{ audience: 'chat' }, 'audience is set without an issuer; set issuer as well'],
    [{ jwksUrl: 'https://k.example.com' }, 'jwksUrl is set without an issuer'],
    [{ tokenUse: 'access' }, 'tokenUse is set without an issuer'],
    [{ ...issuer, issuer: 'http://i.example.com' }, 'issuer has "http://i.example.com"; write an'],
    [{ ...issuer, issuer: 'i.example.com' }, 'issuer has "i.example.com"; write an https:// URL'],
    [{ ...issuer, jwksUrl: 'http://k.example.com' }, 'jwksUrl has "http://k.example.com"'],
    [{ ...issuer, selfSignUp: true }, 'selfSignUp belongs to the user pool'],
    [{ ...issuer, callbackUrls: ['https://a.example.com'] }, 'callbackUrls belongs to the user'],
    [{ callbackUrls: ['http://a.example.com'] }, 'callbackUrls has "http://a.example.com"'],
    [{ stage: '' }, 'stage is ""; use 1 to 32 letters, digits and hyphens'],
    [{ stage: 'a_b' }, 'stage is "a_b"'],
    [{ stage: '-a' }, 'stage is "-a"'],
    [{ stage: 'a'.repeat(33) }, 'use 1 to 32'],
    [{ allowedOrigins: ['*'] }, 'allowedOrigins has "*"; write exact origins'],
    [{ allowedOrigins: ['https://a.example.com/'] }, 'allowedOrigins has "https://a.example.com/"'],
    [{ allowedOrigins: ['a.example.com'] }, 'allowedOrigins has "a.example.com"'],
    [{ removal: 'destroy', deletionProtection: true }, 'deletionProtection is on with removal'],
    [
      { logRetentionDays: RetentionDays.INFINITE },
      'logRetentionDays is 9999; CloudWatch takes 1, 3,',
    ],
    [{ alarmTopicArn: 'alarms' }, 'alarmTopicArn is "alarms"; write it like arn:aws:sns'],
    [{ alarmEmail: 'ops' }, 'alarmEmail is "ops"; write one address'],
    [
      { alarmEmail: 'a@b.c', alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms' },
      'alarmTopicArn and alarmEmail are both set',
    ],
    [{ generation: 0 }, 'generation is 0; write a whole number from 1'],
    [{ generation: 1.5 }, 'generation is 1.5'],
    [{ fanOutConcurrency: 1 }, 'fanOutConcurrency is 1; write a whole number from 2 to 1000'],
    [{ ratePerSecond: 20_000 }, 'ratePerSecond is 20000; write a whole number from 1 to 10000'],
    [
      { limits: { messagesPerMinute: 0 } },
      'limits.messagesPerMinute is 0; write a whole number from',
    ],
    [
      { limits: { groupMembers: 1_001 } },
      'limits.groupMembers is 1001; write a whole number from 2',
    ],
    [{ limits: { members: 5 } as object }, 'limits has members, which is none; there are messages'],
    [{ burst: 0 }, 'burst is 0; write a whole number from 1 to 5000'],
  ];

  it.each(refused)('refuses %j and says what to do', (wrong, sentence) => {
    expect(() => resolveSettings(wrong)).toThrow(SettingsError);
    expect(() => resolveSettings(wrong)).toThrow(sentence);
  });
});
