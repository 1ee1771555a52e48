import { Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LIMIT_NAMES, SETTABLE_LIMITS } from '../protocol/settable-limits.ts';
import type { SettableLimits } from '../protocol/settable-limits.ts';
import { quotas } from './quotas.ts';
import { SettingsError } from './settings-error.ts';
import type { ResolvedSettings } from './settings.ts';

/**
 * Refuses the first setting that is missing or wrong. Values that CloudFormation fills in later
 * (a topic of the team's own stack) pass: there is nothing to look at yet.
 * @throws SettingsError
 */
export function checkSettings(settings: ResolvedSettings): void {
  checkIssuer(settings);
  checkPlaces(settings);
  checkDeployment(settings);
  checkAlarms(settings);
  const { eventSourceConcurrencyLeast: least, eventSourceConcurrencyMost: most } = quotas;
  checkNumber('generation', settings.generation, 1, Number.MAX_SAFE_INTEGER);
  checkNumber('attachmentBytes', settings.attachmentBytes, 1, quotas.largestCopyBytes);
  checkNumber('ratePerSecond', settings.ratePerSecond, 1, quotas.apiRequestsPerSecond);
  checkNumber('burst', settings.burst, 1, quotas.apiBurst);
  checkNumber('fanOutConcurrency', settings.fanOutConcurrency, least, most);
  checkLimits(settings.limits);
}

function checkLimits(limits: SettableLimits): void {
  const unknown = Object.keys(limits).find((name) => !Object.hasOwn(SETTABLE_LIMITS, name));
  refuseIf(
    unknown !== undefined,
    `limits has ${unknown}, which is none; there are ${LIMIT_NAMES.join(', ')}`,
  );
  for (const name of LIMIT_NAMES) {
    const { least, most } = SETTABLE_LIMITS[name];
    checkNumber(`limits.${name}`, limits[name], least, most);
  }
}

function checkIssuer(settings: ResolvedSettings): void {
  const { issuer } = settings;
  const needs = issuer === undefined ? tokenNames : signInNames;
  const orphan = needs.find((name) => settings[name] !== undefined);
  if (issuer === undefined) {
    refuseIf(orphan !== undefined, `${orphan} is set without an issuer; set issuer as well`);
    return;
  }
  refuseIf(
    settings.audience === undefined || settings.audience === '',
    'issuer is set without an audience; set audience to what your tokens carry in aud',
  );
  // Ignoring them would leave a team believing that sign-up is open, or shut.
  refuseIf(
    orphan !== undefined,
    `${orphan} belongs to the user pool that is made without an issuer; drop ${orphan} or issuer`,
  );
  checkUrl('issuer', issuer);
  if (settings.jwksUrl !== undefined) checkUrl('jwksUrl', settings.jwksUrl);
}

/** CDK's list also has a number that stands for "for ever": a log nobody shortens is a bill that only grows. */
const retentions: readonly RetentionDays[] = Object.values(RetentionDays)
  .filter((days) => typeof days === 'number')
  .filter((days) => days !== RetentionDays.INFINITE);

const tokenNames = ['audience', 'jwksUrl', 'tokenUse'] as const;
const signInNames = ['selfSignUp', 'callbackUrls'] as const;

function checkPlaces(settings: ResolvedSettings): void {
  refuseIf(
    !/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(settings.stage),
    `stage is "${settings.stage}"; use 1 to 32 letters, digits and hyphens, no hyphen at either end`,
  );
  for (const origin of settings.allowedOrigins) {
    refuseIf(
      !Token.isUnresolved(origin) && !isOrigin(origin),
      `allowedOrigins has "${origin}"; write exact origins like https://chat.example.com, without a path or *`,
    );
  }
  for (const url of settings.callbackUrls ?? []) checkUrl('callbackUrls', url);
}

function checkDeployment(settings: ResolvedSettings): void {
  refuseIf(
    settings.removal === 'destroy' && settings.deletionProtection,
    'deletionProtection is on with removal=destroy, so that cdk destroy would stop halfway; drop one of them',
  );
  refuseIf(
    !retentions.includes(settings.logRetentionDays),
    `logRetentionDays is ${settings.logRetentionDays}; CloudWatch takes ${retentions.join(', ')}`,
  );
}

function checkAlarms({ alarmTopicArn: topic, alarmEmail: email }: ResolvedSettings): void {
  refuseIf(
    topic !== undefined && email !== undefined,
    'alarmTopicArn and alarmEmail are both set; set one of them',
  );
  refuseIf(
    topic !== undefined &&
      !Token.isUnresolved(topic) &&
      !/^arn:[^:]+:sns:[^:]+:\d{12}:[\w-]+$/.test(topic),
    `alarmTopicArn is "${topic}"; write it like arn:aws:sns:eu-west-1:123456789012:alarms`,
  );
  refuseIf(
    email !== undefined && !Token.isUnresolved(email) && !/^[^\s@,]+@[^\s@,]+$/.test(email),
    `alarmEmail is "${email}"; write one address like ops@example.com`,
  );
}

function checkNumber(name: string, value: number, least: number, most: number): void {
  refuseIf(
    !Number.isInteger(value) || value < least || value > most,
    `${name} is ${value}; write a whole number from ${least} to ${most}`,
  );
}

/** Keys and sign-in codes travel over it: plain http only where nobody can listen in. */
function checkUrl(name: string, text: string): void {
  refuseIf(
    !Token.isUnresolved(text) && !isSafeUrl(text),
    `${name} has "${text}"; write an https:// URL (http:// only for this machine)`,
  );
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && loopback);
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function refuseIf(wrong: boolean, sentence: string): void {
  if (wrong) throw new SettingsError(sentence);
}
