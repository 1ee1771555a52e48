/**
 * Runs the contract suites and the handlers against the endpoint that `AWS_ENDPOINT_URL` names. They make tables
 * and queues of their own there, from the synthesized template, and remove them. Arguments go to jest: the name of
 * a file picks it, so that `npm run test:aws -- stores` suits an endpoint that has DynamoDB alone.
 */
import { spawnSync } from 'node:child_process';

const url = process.env['AWS_ENDPOINT_URL'];
if (url === undefined || !URL.canParse(url)) {
  console.error(
    'Set AWS_ENDPOINT_URL to the endpoint to test against, for example AWS_ENDPOINT_URL=http://localhost:4566 npm run test:aws.',
  );
  process.exit(1);
}

try {
  // Any answer will do: what it says to a request without a signature is its own affair.
  await fetch(url, { signal: AbortSignal.timeout(10_000) });
} catch {
  console.error(`Nothing answers at ${url}; start the endpoint, then run npm run test:aws again.`);
  process.exit(1);
}

/** Emulators take any; whoever has real ones keeps them. */
const defaults = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
};

const { status } = spawnSync(
  'npx',
  [
    '--no-install',
    'jest',
    ...process.argv.slice(2),
    '--runInBand',
    // Last, since it takes every word behind it for a project.
    '--selectProjects',
    'aws',
  ],
  { stdio: 'inherit', env: { ...defaults, ...process.env } },
);
process.exitCode = status ?? 1;
