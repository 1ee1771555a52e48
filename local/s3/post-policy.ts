import { AwsError } from '../endpoint/aws-error.ts';
import { denied } from './presigned-link.ts';

/** The fields of a form, their names in small letters. */
export type Fields = ReadonlyMap<string, string>;

/** What a form may have without the policy's leave. */
const FREE = new Set(['file', 'policy', 'x-amz-signature']);
const FREE_PREFIX = 'x-ignore-';

/** `["eq", "$key", "a"]`, `["starts-with", "$key", "a"]`, `["content-length-range", 1, 10]`, `{"key": "a"}`. */
type Condition = readonly unknown[] | Readonly<Record<string, unknown>>;

interface Policy {
  readonly expiration: string;
  readonly conditions: readonly Condition[];
}

/** Sizes in bytes that a policy lets a file have. */
export interface SizeRange {
  readonly least: number;
  readonly most: number;
}

/**
 * Checks a form against its policy, and answers how large its file may be.
 * Source: S3 API Reference, "Creating a POST policy".
 *
 * @param fields with `bucket` among them, which the form need not have
 * @throws AwsError in the words of S3
 */
export function checkPostPolicy(text: string, fields: Fields, now: number): SizeRange {
  const policy = readPolicy(text);
  if (!(Date.parse(policy.expiration) > now)) throw unmet('Policy expired.');
  const covered = new Set<string>(['bucket']);
  let range: SizeRange = { least: 0, most: Infinity };
  for (const condition of policy.conditions.flatMap(asLists)) {
    const [operator, subject, wanted] = condition;
    if (String(operator).toLowerCase() === 'content-length-range') {
      range = { least: Number(subject), most: Number(wanted) };
      continue;
    }
    const name = String(subject).replace('$', '').toLowerCase();
    covered.add(name);
    if (!holds(String(operator).toLowerCase(), fields.get(name) ?? '', String(wanted))) {
      throw unmet(`Policy Condition failed: ${JSON.stringify(condition)}`);
    }
  }
  const extra = [...fields.keys()].filter(
    (name) => !covered.has(name) && !FREE.has(name) && !name.startsWith(FREE_PREFIX),
  );
  if (extra.length > 0) throw unmet(`Extra input fields: ${extra.join(', ')}`);
  return range;
}

/** @throws AwsError for a file that is none of the sizes which the policy lets it have */
export function checkSize(size: number, { least, most }: SizeRange): void {
  if (size > most) {
    throw new AwsError(
      'EntityTooLarge',
      'Your proposed upload exceeds the maximum allowed size',
      400,
      { ProposedSize: String(size), MaxSizeAllowed: String(most) },
    );
  }
  if (size < least) {
    throw new AwsError(
      'EntityTooSmall',
      'Your proposed upload is smaller than the minimum allowed size',
      400,
      { ProposedSize: String(size), MinSizeAllowed: String(least) },
    );
  }
}

function holds(operator: string, value: string, wanted: string): boolean {
  if (operator === 'eq') return value === wanted;
  if (operator === 'starts-with') return value.startsWith(wanted);
  throw invalid(`Invalid operator: ${operator}`);
}

/** An object is `eq` for each of its members. */
function asLists(condition: Condition): readonly (readonly unknown[])[] {
  if (Array.isArray(condition)) return [condition as readonly unknown[]];
  return Object.entries(condition).map(([name, value]) => ['eq', `$${name}`, value]);
}

function readPolicy(text: string): Policy {
  try {
    const policy = JSON.parse(Buffer.from(text, 'base64').toString()) as Partial<Policy>;
    const { expiration, conditions } = policy;
    if (typeof expiration === 'string' && Array.isArray(conditions)) {
      return { expiration, conditions: conditions as readonly Condition[] };
    }
  } catch {
    // Answered below, as S3 does.
  }
  throw invalid('Invalid JSON.');
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidPolicyDocument', `Invalid Policy: ${reason}`, 400);
}

function unmet(reason: string): AwsError {
  return denied(`Invalid according to Policy: ${reason}`);
}
