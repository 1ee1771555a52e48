import * as fc from 'fast-check';
import { matchesArn, matchesPattern } from '../../../local/endpoint/pattern.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', ':', '.'), maxLength: 12 });
const pattern = fc.string({
  unit: fc.constantFrom('a', 'b', '/', ':', '.', '*', '?'),
  maxLength: 10,
});

describe('matchesPattern', () => {
  it('agrees with the regular expression that means the same', () => {
    fc.assert(
      fc.property(pattern, text, (wildcards, value) => {
        const meaning = wildcards.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(matchesPattern(wildcards, value)).toBe(new RegExp(`^${meaning}$`, 's').test(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('matches every text with a star in place of any part of it', () => {
    fc.assert(
      fc.property(text, text, text, (before, middle, after) => {
        expect(matchesPattern(`${before}*${after}`, before + middle + after)).toBe(true);
      }),
    );
  });

  it('takes no more than a moment for many stars that lead nowhere', () => {
    expect(matchesPattern(`${'*a'.repeat(500)}b`, 'a'.repeat(5000))).toBe(false);
  });
});

describe('matchesArn', () => {
  const connection = 'arn:aws:execute-api:eu-west-1:123456789012:api/prod/POST/@connections/abc=';

  it.each([
    'arn:aws:execute-api:eu-west-1:123456789012:api/prod/POST/@connections/*',
    'arn:aws:execute-api:eu-west-1:123456789012:api/*',
    'arn:aws:execute-api:*:*:api/*/@connections/*',
    'arn:aws:execute-api:eu-west-?:123456789012:api/prod/*',
    '*',
  ])('lets a star cross slashes: %s', (wildcards) => {
    expect(matchesArn(wildcards, connection)).toBe(true);
  });

  it.each([
    'arn:aws:execute-api:eu-west-1:*:other/*',
    'arn:aws:execute-api:eu-west-1:123456789012:api/prod/DELETE/@connections/*',
    'arn:aws:execute-api:us-*:123456789012:api/*',
    'arn:aws:execute-api:eu-west-1:123456789012:api',
  ])('does not match another resource: %s', (wildcards) => {
    expect(matchesArn(wildcards, connection)).toBe(false);
  });

  it('never lets a star reach into the next part of an ARN', () => {
    expect(
      matchesArn('arn:aws:dynamodb:*:table/T', 'arn:aws:dynamodb:eu-west-1:123456789012:table/T'),
    ).toBe(true);
    expect(matchesArn('arn:aws:s3:*:x:y:T', 'arn:aws:s3:eu-west-1:x:z:y:T')).toBe(false);
  });
});
