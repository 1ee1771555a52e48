import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '../../lib/settings-error.ts';
import { settingNames, settingsFromContext } from '../../lib/settings-from-context.ts';
import { deployedContext } from './synthesize.ts';

describe('settingsFromContext', () => {
  it('reads every kind of value from the text that -c gives', () => {
    expect(
      settingsFromContext({
        stage: 'prod',
        issuer: 'https://issuer.example.com',
        audience: ' chat ',
        tokenUse: 'access',
        allowedOrigins: 'https://a.example.com, https://b.example.com',
        generation: '2',
        removal: 'destroy',
        tracing: 'true',
        selfSignUp: 'false',
        tags: 'team=chat,note=a=b',
      }),
    ).toEqual({
      stage: 'prod',
      issuer: 'https://issuer.example.com',
      audience: 'chat',
      tokenUse: 'access',
      allowedOrigins: ['https://a.example.com', 'https://b.example.com'],
      generation: 2,
      removal: 'destroy',
      tracing: true,
      selfSignUp: false,
      tags: { team: 'chat', note: 'a=b' },
    });
  });

  it('takes the values of cdk.json as they stand there', () => {
    expect(
      settingsFromContext({
        generation: 3,
        tracing: true,
        allowedOrigins: ['https://a.example.com'],
      }),
    ).toEqual({ generation: 3, tracing: true, allowedOrigins: ['https://a.example.com'] });
  });

  it("leaves the keys of CDK and of others alone: cdk.json's own flags are no settings", () => {
    expect(settingsFromContext({ ...deployedContext(), company: 'x', 'ssm:issuer': 'y' })).toEqual(
      {},
    );
  });

  it.each([
    ['isuer', 'issuer'],
    ['Issuer', 'issuer'],
    ['allowed-origins', 'allowedOrigins'],
    ['allowedOrigin', 'allowedOrigins'],
    ['alarmMail', 'alarmEmail'],
    ['stages', 'stage'],
  ])('refuses %s, which was meant to be %s, rather than deploy without it', (key, meant) => {
    expect(() => settingsFromContext({ [key]: 'x' })).toThrow(
      new SettingsError(`there is no setting ${key}; did you mean ${meant}?`),
    );
  });

  it.each([
    ['removal', 'keep', 'removal is "keep"; write retain or destroy'],
    ['tracing', 'yes', 'tracing is "yes"; write true or false'],
    ['generation', 'two', 'generation is "two"; write a whole number'],
    ['audience', '', 'audience is empty; write -c audience=value or leave it out'],
    ['tags', 'team', 'tags has "team"; write -c tags=team=chat,env=prod'],
    ['tags', '=x', 'tags has "=x"'],
  ])('refuses %s=%s and says what to write', (key, value, sentence) => {
    expect(() => settingsFromContext({ [key]: value })).toThrow(SettingsError);
    expect(() => settingsFromContext({ [key]: value })).toThrow(sentence);
  });
});

describe('the documentation', () => {
  it('has a row for every setting', () => {
    const text = readFileSync(join(__dirname, '../../docs/OPERATIONS.md'), 'utf8');
    const documented = text
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)])
      .map(([, name = 'none']) => name);
    expect(documented.toSorted()).toEqual([...settingNames].toSorted());
  });
});
