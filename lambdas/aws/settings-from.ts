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

export function chatSettingsFrom(variables: Variables): { readonly generation: number } {
  const generation = Number(required(variables, ENV.generation));
  if (!Number.isSafeInteger(generation) || generation < 1) {
    throw new Error(`unable to start; ${ENV.generation} is not a whole number from 1`);
  }
  return { generation };
}
