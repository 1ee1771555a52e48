import { SettingsError } from './settings-error.ts';
import type { ChatSettings } from './settings.ts';

/** How the text of `-c name=value` becomes a setting: one reader per setting, so that none can be forgotten. */
const readers: { readonly [Name in keyof Required<ChatSettings>]: Reader<Name> } = {
  stage: text,
  issuer: text,
  audience: text,
  jwksUrl: text,
  tokenUse: oneOf('access'),
  allowedOrigins: list,
  generation: number,
  limits: numbers,
  removal: oneOf('retain', 'destroy'),
  deletionProtection: boolean,
  logRetentionDays: number,
  alarmTopicArn: text,
  alarmEmail: text,
  apiGatewayLogRole: oneOf('create', 'present'),
  attachmentBytes: number,
  ratePerSecond: number,
  burst: number,
  fanOutConcurrency: number,
  tracing: boolean,
  selfSignUp: boolean,
  callbackUrls: list,
  conversationsTable: text,
  usersTable: text,
  tags: pairs('team=chat,env=prod'),
};

type Reader<Name extends keyof ChatSettings> = (
  value: string,
  name: string,
) => NonNullable<ChatSettings[Name]>;

/** The names that `-c name=value` knows. */
export const settingNames = Object.keys(readers);

/**
 * Reads the settings out of the CDK context (`-c name=value`, or `context` in `cdk.json`, where a number,
 * a boolean or a list may stand as such). Keys of others are left alone; one that is nearly ours is refused.
 * @throws SettingsError for a value that can't be read, or a misspelt name.
 */
export function settingsFromContext(context: Readonly<Record<string, unknown>>): ChatSettings {
  for (const key of Object.keys(context)) {
    const meant = nearest(key);
    if (meant !== undefined) {
      throw new SettingsError(`there is no setting ${key}; did you mean ${meant}?`);
    }
  }
  return Object.fromEntries(
    Object.entries(readers)
      .filter(([name]) => context[name] !== undefined)
      .map(([name, read]) => [name, read(asText(context[name], name), name)]),
  );
}

function asText(value: unknown, name: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(String).join(',');
  throw new SettingsError(`${name} is empty; write -c ${name}=value or leave it out`);
}

function text(value: string): string {
  return value;
}

function list(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function number(value: string, name: string): number {
  const read = Number(value);
  if (!Number.isFinite(read))
    throw new SettingsError(`${name} is "${value}"; write a whole number`);
  return read;
}

function boolean(value: string, name: string): boolean {
  return oneOf('true', 'false')(value, name) === 'true';
}

function pairs(example: string) {
  return (value: string, name: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      list(value).map((pair) => {
        const [key = '', ...rest] = pair.split('=');
        if (key === '' || rest.length === 0) {
          throw new SettingsError(`${name} has "${pair}"; write -c ${name}=${example}`);
        }
        return [key, rest.join('=')];
      }),
    );
}

function numbers(value: string, name: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(pairs('messagesPerMinute=60,groupMembers=200')(value, name)).map(
      ([key, one]) => [key, number(one, `${name}.${key}`)],
    ),
  );
}

function oneOf<const Choice extends string>(...choices: readonly Choice[]) {
  return (value: string, name: string): Choice => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) {
      throw new SettingsError(`${name} is "${value}"; write ${choices.join(' or ')}`);
    }
    return found;
  };
}

/** The setting that a key was meant to be, if it is none but a slip or two away; CDK's own keys have `:` or `/`. */
function nearest(key: string): string | undefined {
  if (settingNames.includes(key) || /[:/]/.test(key)) return undefined;
  return settingNames.find(
    (name) => distance(plain(key), plain(name)) <= (name.length < 8 ? 1 : 2),
  );
}

/** Levenshtein's distance: how many letters to add, drop or change. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 0; i < one.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j += 1) {
      const change = (row[j] ?? 0) + (one[i] === other[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Case, hyphens and underscores are no different name: `allowed-origins` was meant to be `allowedOrigins`. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}
