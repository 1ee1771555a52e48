import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import type { Resources } from '../../../local/assembly/resources.ts';
import { writeAssembly } from './an-assembly.ts';
import type { StackOfTest } from './an-assembly.ts';

export const ROLE = { Type: 'AWS::IAM::Role', Properties: {} };

/** Reads an assembly with one stack, `Stack`, of these resources. */
export function read(
  resources: object,
  others: Partial<StackOfTest> & { rest?: object } = {},
): Promise<Resources> {
  const { rest = {}, ...stack } = others;
  const template = { Resources: resources, ...rest };
  return readAssembly(writeAssembly({ Stack: { ...stack, template } }));
}

export function aFunctionWith(properties: object): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: '' },
      ...properties,
    },
  };
}

export const TABLE = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
};
