import { read, TABLE } from '../read-resources.ts';

describe('reading tables', () => {
  it('gives a table the input of CreateTable and its TTL attribute', async () => {
    const { tables } = await read({
      Plain: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          ...TABLE,
          StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      },
      Global: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { ...TABLE, TableName: 'mine' } },
    });
    expect(tables[0]).toMatchObject({
      ttlAttribute: 'expiresAt',
      createTable: {
        TableName: tables[0]?.name,
        ...TABLE,
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      },
    });
    expect(tables[0]?.createTable).not.toHaveProperty('PointInTimeRecoverySpecification');
    expect(tables[1]).toMatchObject({ name: 'mine', createTable: { TableName: 'mine' } });
  });
});
