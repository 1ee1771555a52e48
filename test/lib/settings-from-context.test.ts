import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '../../lib/settings-error.ts';
import { LIMIT_NAMES, SETTABLE_LIMITS } from '../../protocol/settable-limits.ts';
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
        limits: 'messagesPerMinute=60, groupMembers=200',
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
      limits: { messagesPerMinute: 60, groupMembers: 200 },
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
    ['limits', '60', 'limits has "60"; write -c limits=messagesPerMinute=60,groupMembers=200'],
    ['limits', 'groupMembers=few', 'limits.groupMembers is "few"; write a whole number'],
    ['tags', '=x', 'tags has "=x"'],
  ])('refuses %s=%s and says what to write', (key, value, sentence) => {
    expect(() => settingsFromContext({ [key]: value })).toThrow(SettingsError);
    expect(() => settingsFromContext({ [key]: value })).toThrow(sentence);
  });
});

/** What stands in backticks in a row's first cell. */
function namesOf(cells: readonly string[]): string[] {
  return [...(cells[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = 'none']) => name);
}

describe('the documentation', () => {
  const rows = readFileSync(join(__dirname, '../../docs/OPERATIONS.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('has a row for every setting, and for every limit', () => {
    expect(rows.flatMap(namesOf).toSorted()).toEqual([...settingNames, ...LIMIT_NAMES].toSorted());
  });

  it.each(LIMIT_NAMES)('has the default, the bounds and the unit of %s', (limit) => {
    const { default: byDefault, least, most, unit } = SETTABLE_LIMITS[limit];
    const figures = [byDefault, least, most].map((figure) => figure.toLocaleString('en-GB'));
    const [, , ...cells] = rows.find((row) => namesOf(row).includes(limit)) ?? [];
    expect(cells.slice(0, 4)).toEqual([...figures, unit]);
  });
});
