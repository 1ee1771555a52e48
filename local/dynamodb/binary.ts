import { createRequire } from 'node:module';
import { UserError } from '../user-error.ts';

/**
 * The path of the database's binary, from the npm package of this platform.
 * Throws a sentence that says what to do if there is none.
 */
export function databaseBinary(
  platform: string = process.platform,
  architecture: string = process.arch,
): string {
  const name = `@dynoxide/${platform}-${architecture}`;
  const file = platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
  try {
    return createRequire(import.meta.url).resolve(`${name}/${file}`);
  } catch {
    throw new UserError(
      SUPPORTED.has(`${platform}-${architecture}`)
        ? `The database for this platform (${name}) is not installed; run npm ci without --omit=optional.`
        : `The local database does not exist for ${platform} on ${architecture}; it runs on ${[...SUPPORTED].join(', ')}.`,
    );
  }
}

const SUPPORTED: ReadonlySet<string> = new Set([
  'linux-x64',
  'linux-arm64',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64',
]);
