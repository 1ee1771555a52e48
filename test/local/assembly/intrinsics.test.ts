import { evaluate, NO_VALUE } from '../../../local/assembly/intrinsics.ts';
import type { Scope } from '../../../local/assembly/intrinsics.ts';
import { UserError } from '../../../local/user-error.ts';

const scope: Scope = {
  region: 'eu-west-1',
  ref: (name) => (name === 'AWS::NoValue' ? NO_VALUE : `ref-${name}`),
  getAtt: (logicalId, attribute) => `att-${logicalId}-${attribute}`,
  importValue: (name) => `import-${name}`,
  stackOutput: (stackName, output) => `output-${stackName}-${output}`,
  condition: (name) => name === 'Yes',
  findInMap: (...path) => path.join('/'),
};

describe('evaluate', () => {
  it.each<[string, unknown, unknown]>([
    ['a Ref', { Ref: 'Queue' }, 'ref-Queue'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'att-Queue-Arn'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Nested.Outputs.Url' }, 'att-Nested-Outputs.Url'],
    [
      'Join over functions',
      { 'Fn::Join': ['-', ['a', { Ref: 'B' }, { 'Fn::Split': ['/', 'c/d'] }].slice(0, 2)] },
      'a-ref-B',
    ],
    ['Join over Split', { 'Fn::Join': ['-', { 'Fn::Split': ['/', 'a/b'] }] }, 'a-b'],
    [
      'Sub with resources, attributes and literals',
      { 'Fn::Sub': 'x-${AWS::Region}-${Queue.Arn}-${!Literal}' },
      'x-ref-AWS::Region-att-Queue-Arn-${Literal}',
    ],
    [
      'Sub with variables',
      { 'Fn::Sub': ['${v}-${Queue}', { v: { Ref: 'X' } }] },
      'ref-X-ref-Queue',
    ],
    ['Select', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    ['If', { 'Fn::If': ['No', 'a', 'b'] }, 'b'],
    ['FindInMap', { 'Fn::FindInMap': ['Map', { Ref: 'A' }, 'b'] }, 'Map/ref-A/b'],
    ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': '${Stack}-url' } }, 'import-ref-Stack-url'],
    [
      'GetStackOutput',
      { 'Fn::GetStackOutput': { StackName: { Ref: 'Data' }, OutputName: 'Table' } },
      'output-ref-Data-Table',
    ],
    ['Base64', { 'Fn::Base64': 'text' }, 'dGV4dA=='],
    ['ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'B' } } }, '{"a":"ref-B"}'],
    ['Length', { 'Fn::Length': [1, 2, 3] }, 3],
    ['GetAZs', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-west-1a'],
    [
      'the functions of conditions',
      {
        'Fn::And': [
          { 'Fn::Equals': ['a', 'a'] },
          { 'Fn::Not': [{ Condition: 'No' }] },
          { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] },
        ],
      },
      true,
    ],
  ])('resolves %s', (_, value, expected) => {
    expect(evaluate(value, scope)).toEqual(expected);
  });

  it('leaves out what has no value, in objects and lists', () => {
    const nothing = { Ref: 'AWS::NoValue' };
    expect(evaluate({ a: nothing, b: [1, nothing], c: { 'Fn::If': ['No', 1, nothing] } }, scope)) //
      .toEqual({ b: [1] });
  });

  it('leaves the conditions of policies alone, whatever they hold', () => {
    const condition = { StringEquals: { a: { Ref: 'X' } }, Bool: { b: 'true' } };
    expect(evaluate({ Condition: condition }, scope)).toEqual({
      Condition: { StringEquals: { a: 'ref-X' }, Bool: { b: 'true' } },
    });
  });

  it('does not look at the branch of an If that is not taken', () => {
    expect(evaluate({ 'Fn::If': ['Yes', 'a', { 'Fn::Transform': {} }] }, scope)).toBe('a');
  });

  it('does not take names of the object prototype for functions', () => {
    expect(evaluate({ constructor: 'x' }, scope)).toEqual({ constructor: 'x' });
  });

  it('names a function that it does not know', () => {
    expect(() => evaluate({ 'Fn::Transform': {} }, scope)).toThrow(
      new UserError('the local cloud does not evaluate Fn::Transform'),
    );
  });
});
