import { dynamoDbRights } from '../../../local/endpoint/dynamodb-rights.ts';
import type { DynamoDbInput } from '../../../local/endpoint/dynamodb-rights.ts';
import { resourcesOf, table } from '../../support/resources.ts';

const resources = resourcesOf({ tables: [table('Users')] });
const arn = (name: string): string => `arn:aws:dynamodb:eu-west-1:123456789012:table/${name}`;

function rights(operation: string, input: DynamoDbInput): string[] {
  return dynamoDbRights(operation, input, resources).map(
    ({ action, resource }) => `${action} ${resource}`,
  );
}

describe('the rights of a DynamoDB call', () => {
  it('are the operation on its table', () => {
    expect(rights('PutItem', { TableName: 'Users' })).toEqual([`dynamodb:PutItem ${arn('Users')}`]);
    expect(rights('Query', { TableName: arn('Users') })).toEqual([
      `dynamodb:Query ${arn('Users')}`,
    ]);
  });

  it('are on the index for a query of an index', () => {
    expect(rights('Query', { TableName: 'Users', IndexName: 'ByName' })).toEqual([
      `dynamodb:Query ${arn('Users')}/index/ByName`,
    ]);
  });

  it("are a batch's own action on every table", () => {
    expect(rights('BatchGetItem', { RequestItems: { Users: {}, Others: {} } })).toEqual([
      `dynamodb:BatchGetItem ${arn('Users')}`,
      `dynamodb:BatchGetItem ${arn('Others')}`,
    ]);
    expect(rights('BatchWriteItem', { RequestItems: { Users: [] } })).toEqual([
      `dynamodb:BatchWriteItem ${arn('Users')}`,
    ]);
  });

  it('are the single actions of a transaction', () => {
    expect(
      rights('TransactWriteItems', {
        TransactItems: [
          { Put: { TableName: 'Users' } },
          { Update: { TableName: 'Users' } },
          { Delete: { TableName: 'Others' } },
          { ConditionCheck: { TableName: 'Others' } },
        ],
      }),
    ).toEqual([
      `dynamodb:PutItem ${arn('Users')}`,
      `dynamodb:UpdateItem ${arn('Users')}`,
      `dynamodb:DeleteItem ${arn('Others')}`,
      `dynamodb:ConditionCheckItem ${arn('Others')}`,
    ]);
    expect(
      rights('TransactGetItems', { TransactItems: [{ Get: { TableName: 'Users' } }] }),
    ).toEqual([`dynamodb:GetItem ${arn('Users')}`]);
  });

  it.each([
    ['SELECT * FROM "Users" WHERE pk = ?', 'PartiQLSelect', 'Users'],
    ['select * from "Users"."ByName" where n = 1', 'PartiQLSelect', 'Users/index/ByName'],
    ["INSERT INTO Users VALUE {'pk': 'a'}", 'PartiQLInsert', 'Users'],
    ['UPDATE "Users" SET n = 1 WHERE pk = 1', 'PartiQLUpdate', 'Users'],
    ['DELETE FROM Users WHERE pk = 1', 'PartiQLDelete', 'Users'],
  ])('are those of the verb of a PartiQL statement: %s', (statement, action, name) => {
    const expected = `dynamodb:${action} ${arn(name)}`;
    expect(rights('ExecuteStatement', { Statement: statement })).toEqual([expected]);
    expect(
      rights('ExecuteTransaction', { TransactStatements: [{ Statement: statement }] }),
    ).toEqual([expected]);
  });

  it('are on everything for a call that names no table', () => {
    expect(rights('ListTables', {})).toEqual(['dynamodb:ListTables *']);
  });
});
