import { createHash } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const SUFFIX_LENGTH = 12;

/**
 * The name of a resource to which the template gives none, made as CloudFormation makes it
 * (`Stack-LogicalId-1A2B3C4D5E6F`), but the same at every run, so that data survives a restart.
 *
 * @param maximumLength of the name; the stack's name and the logical id are cut to fit
 * @param ending what the name must end with: `.fifo`
 */
export function physicalName(
  stackName: string,
  logicalId: string,
  maximumLength: number,
  ending = '',
): string {
  const room = maximumLength - SUFFIX_LENGTH - ending.length - 2;
  const logical = logicalId.slice(0, Math.max(Math.ceil(room / 2), room - stackName.length));
  const stack = stackName.slice(0, room - logical.length);
  return `${stack}-${logical}-${hashId(`${stackName}/${logicalId}`, SUFFIX_LENGTH)}${ending}`;
}

/** An id like `a1b2c3d4e5`, as API Gateway gives to APIs, integrations and authorizers. */
export function shortId(stackName: string, logicalId: string, length = 10): string {
  return hashId(`${stackName}/${logicalId}`, length).toLowerCase();
}

function hashId(text: string, length: number): string {
  return [...createHash('sha256').update(text).digest().subarray(0, length)]
    .map((byte) => ALPHABET.charAt(byte % ALPHABET.length))
    .join('');
}
