import { partitionsOf } from '../../../local/endpoint/dynamodb-partitions.ts';
import type { DynamoDbInput } from '../../../local/endpoint/dynamodb-rights.ts';
import { table } from '../../support/resources.ts';

const users = table('Users');
const counters = table('Counters', {
  createTable: { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] },
});
const on = (TableName: string, rest: object) => ({ TableName, ...rest });
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });

describe('the partitions of a DynamoDB call', () => {
  it.each<[string, DynamoDbInput, readonly string[]]>([
    ['a key', { TableName: 'Users', Key: key('alice') }, ['alice']],
    ['an item', { TableName: users.arn, Item: { ...key('alice'), a: { S: 'b' } } }, ['alice']],
    ['a number as a key', { TableName: 'Counters', Key: { id: { N: '7' } } }, ['7']],
    [
      'a query',
      {
        TableName: 'Users',
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': { S: 'alice' },
          ':from': { S: 'a' },
          ':to': { S: 'b' },
        },
      },
      ['alice'],
    ],
    [
      'a query by other names',
      {
        TableName: 'Users',
        KeyConditionExpression: '#s = :s AND #p = :p',
        ExpressionAttributeNames: { '#p': 'pk', '#s': 'sk' },
        ExpressionAttributeValues: { ':p': { S: 'alice' }, ':s': { S: 'x' } },
      },
      ['alice'],
    ],
    [
      'a batch of keys in several tables, each partition once',
      {
        RequestItems: {
          Users: { Keys: [key('alice'), key('bob'), key('alice')] },
          Counters: { Keys: [{ id: { S: 'c' } }] },
        },
      },
      ['alice', 'bob', 'c'],
    ],
    [
      'a batch of writes',
      {
        RequestItems: {
          Users: [{ PutRequest: { Item: key('alice') } }, { DeleteRequest: { Key: key('bob') } }],
        },
      },
      ['alice', 'bob'],
    ],
    [
      'a transaction',
      {
        TransactItems: [
          { Put: on('Users', { Item: key('alice') }) },
          { Update: on('Users', { Key: key('bob') }) },
          { Delete: on('Counters', { Key: { id: { S: 'c' } } }) },
          { ConditionCheck: on('Users', { Key: key('dave') }) },
        ],
      },
      ['alice', 'bob', 'c', 'dave'],
    ],
    ['no table', { Limit: 1 }, []],
    ['a table that is not known', { TableName: 'Others', Key: key('alice') }, []],
    ['a batch that has no form', { RequestItems: { Users: {}, Counters: null } }, []],
    ['a scan', { TableName: 'Users' }, []],
  ])('are those of %s', (_what, input, partitions) => {
    expect(partitionsOf(input, [users, counters])).toEqual(partitions);
  });
});
