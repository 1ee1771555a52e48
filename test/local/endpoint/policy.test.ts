import * as fc from 'fast-check';
import type { PolicyStatement } from '../../../local/assembly/resources.ts';
import { evaluate } from '../../../local/endpoint/policy.ts';
import type { Right } from '../../../local/endpoint/policy.ts';
import { allow, deny } from '../../support/resources.ts';

const table = 'arn:aws:dynamodb:eu-west-1:123456789012:table/T';
const put: Right = { action: 'dynamodb:PutItem', resource: table };

function verdict(statements: readonly PolicyStatement[], right: Right = put): string {
  return evaluate(statements, right).verdict;
}

describe('evaluate', () => {
  it('allows nothing without a statement that does', () => {
    expect(verdict([])).toBe('not-allowed');
    expect(verdict([allow('dynamodb:GetItem', table)])).toBe('not-allowed');
    expect(verdict([allow('dynamodb:PutItem', `${table}/index/*`)])).toBe('not-allowed');
  });

  it('allows what a statement names, actions without regard to case', () => {
    expect(verdict([allow('dynamodb:PutItem', table)])).toBe('allowed');
    expect(verdict([allow('DynamoDB:putitem', table)])).toBe('allowed');
    expect(verdict([allow(['sqs:*', 'dynamodb:P*'], ['x', '*'])])).toBe('allowed');
  });

  it('does not match a resource in another case', () => {
    expect(verdict([allow('dynamodb:PutItem', table.replace('/T', '/t'))])).toBe('not-allowed');
  });

  it('covers all but the actions of NotAction and the resources of NotResource', () => {
    const but: PolicyStatement = {
      ...allow([], []),
      notActions: ['dynamodb:GetItem'],
      resources: ['*'],
    };
    expect(verdict([but])).toBe('allowed');
    expect(verdict([but], { ...put, action: 'dynamodb:GetItem' })).toBe('not-allowed');
    const elsewhere: PolicyStatement = { ...allow('dynamodb:*', []), notResources: [`${table}*`] };
    expect(verdict([elsewhere])).toBe('not-allowed');
    expect(verdict([elsewhere], { ...put, resource: 'arn:aws:dynamodb:eu-west-1:1:table/U' })).toBe(
      'allowed',
    );
  });

  it('lets an explicit deny win over any number of allows, in any order', () => {
    const patterns = fc.constantFrom('*', 'dynamodb:*', 'dynamodb:Put*', 'dynamodb:GetItem');
    const resources = fc.constantFrom('*', table, `${table}*`, 'arn:aws:sqs:*:*:*');
    const statements = fc.array(
      fc
        .tuple(fc.boolean(), patterns, resources)
        .map(([allows, action, resource]) =>
          allows ? allow(action, resource) : deny(action, resource),
        ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(statements, (some) => {
        const matching = some.filter(
          ({ actions, resources: [resource] }) =>
            actions[0] !== 'dynamodb:GetItem' && resource?.startsWith('arn:aws:sqs') === false,
        );
        const expected = matching.some(({ effect }) => effect === 'Deny')
          ? 'explicitly-denied'
          : matching.length > 0
            ? 'allowed'
            : 'not-allowed';
        expect(verdict(some)).toBe(expected);
        expect(verdict(some.toReversed())).toBe(expected);
      }),
    );
  });

  it('never allows by adding a deny, nor takes away by adding an allow', () => {
    const statement = fc
      .tuple(fc.constantFrom('dynamodb:PutItem', 'sqs:*', '*'), fc.constantFrom(table, 'x', '*'))
      .map(([action, resource]) => ({ action, resource }));
    fc.assert(
      fc.property(fc.array(statement), statement, (some, one) => {
        const allows = some.map(({ action, resource }) => allow(action, resource));
        const rank = ['not-allowed', 'allowed'];
        const before = rank.indexOf(verdict(allows));
        const more = verdict([...allows, allow(one.action, one.resource)]);
        const less = verdict([...allows, deny(one.action, one.resource)]);
        expect(rank.indexOf(more)).toBeGreaterThanOrEqual(before);
        // An explicit deny has no place among the ranks: -1, below both.
        expect(rank.indexOf(less)).toBeLessThanOrEqual(before);
      }),
    );
  });
});

describe('conditions', () => {
  it.each([
    [{ Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:SecureTransport': ['true'] }, true],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': ['true'] }, false],
    [{ Bool: { 'AWS:securetransport': true } }, { 'aws:SecureTransport': ['true'] }, true],
    [{ StringEquals: { 'aws:SourceAccount': ['1', '2'] } }, { 'aws:SourceAccount': ['2'] }, true],
    [{ StringEquals: { 'aws:SourceAccount': '1' } }, {}, false],
    [{ StringEqualsIfExists: { 'aws:SourceAccount': '1' } }, {}, true],
    [
      { StringNotEquals: { 'aws:SourceAccount': ['1', '2'] } },
      { 'aws:SourceAccount': ['2'] },
      false,
    ],
    [{ StringNotEquals: { 'aws:SourceAccount': ['1'] } }, {}, true],
    [{ StringLike: { k: 'a*' } }, { k: ['abc'] }, true],
    [
      { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:1:t*' } },
      { 'aws:SourceArn': ['arn:aws:sns:r:1:topic'] },
      true,
    ],
    [
      { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:r:1:t' } },
      { 'aws:SourceArn': ['arn:aws:sns:r:1:u'] },
      false,
    ],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'c'] }, false],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, {}, true],
    [{ 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'c'] }, true],
    [{ 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, {}, false],
    [{ Null: { k: 'true' } }, {}, true],
    [{ Null: { k: 'false' } }, {}, false],
    [{ StringEquals: { a: '1' }, Bool: { b: 'true' } }, { a: ['1'], b: ['false'] }, false],
  ])('%j with %j holds: %s', (conditions, context, holds) => {
    expect(verdict([conditioned('Allow', conditions)], over(context))).toBe(
      holds ? 'allowed' : 'not-allowed',
    );
    expect(verdict([allow('*', '*'), conditioned('Deny', conditions)], over(context))).toBe(
      holds ? 'explicitly-denied' : 'allowed',
    );
  });

  it('does not allow by an operator it does not know, denies by one, and says so', () => {
    const unknown = { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } };
    const decision = evaluate([conditioned('Allow', unknown)], put);
    expect(decision.verdict).toBe('not-allowed');
    expect(decision.notes).toEqual([expect.stringContaining('DateGreaterThan')]);
    expect(verdict([allow('*', '*'), conditioned('Deny', unknown)])).toBe('explicitly-denied');
  });
});

function conditioned(
  effect: 'Allow' | 'Deny',
  conditions: PolicyStatement['conditions'],
): PolicyStatement {
  return { ...allow('*', '*'), effect, conditions };
}

function over(context: NonNullable<Right['context']>): Right {
  return { ...put, context };
}
