import { z } from 'zod';
import { LIMIT_NAMES } from '../../protocol/settable-limits.ts';
import type { LimitName, SettableLimits } from '../../protocol/settable-limits.ts';
import type { ChatSettings } from '../core/ports.ts';
import { ENV, required } from '../env.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** How tokens and origins are checked, as the stack says it. */
export function authorizeSettingsFrom(variables: Variables) {
  const tokenUse = variables[ENV.tokenUse] ?? '';
  if (tokenUse !== '' && tokenUse !== 'access') {
    throw new Error(`unable to start; ${ENV.tokenUse} is neither "access" nor unset`);
  }
  return {
    issuer: required(variables, ENV.issuer),
    audience: required(variables, ENV.audience),
    ...(tokenUse === 'access' && { tokenUse: 'access' as const }),
    allowedOrigins: (variables[ENV.allowedOrigins] ?? '')
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
  };
}

export function chatSettingsFrom(variables: Variables): ChatSettings {
  return {
    generation: wholeNumber(variables, ENV.generation),
    attachmentBytes: wholeNumber(variables, ENV.attachmentBytes),
    limits: limitsFrom(required(variables, ENV.limits)),
  };
}

function wholeNumber(variables: Variables, name: string): number {
  const value = Number(required(variables, name));
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(`unable to start; ${name} is not a whole number from 1`);
  }
  return value;
}

const limits = z.strictObject(
  Object.fromEntries(LIMIT_NAMES.map((name) => [name, z.int().positive()])) as Record<
    LimitName,
    z.ZodInt
  >,
);

function limitsFrom(text: string): SettableLimits {
  const parsed = limits.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`unable to start; ${ENV.limits} does not hold every limit`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
