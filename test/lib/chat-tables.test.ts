import { one, ownIssuer, synthesize } from './synthesize.ts';

const type = 'AWS::DynamoDB::Table';

describe('the tables', () => {
  it.each(['ChatTablesConversations', 'ChatTablesUsers'])(
    'keys %s by pk and sk, on demand, restorable, with expiry and encryption that cost nothing',
    (id) => {
      const { Properties } = one(synthesize(), type, id);
      expect(Properties).toEqual({
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        // No KMS key: encrypted at rest with AWS's own.
        SSESpecification: { SSEEnabled: false },
        DeletionProtectionEnabled: true,
      });
    },
  );

  it('uses a restored table in place of its own, with the same rights on it', () => {
    const stack = synthesize({ ...ownIssuer, conversationsTable: 'Restored', generation: 2 });
    expect(Object.keys(stack.resources(type))).toEqual([expect.stringMatching(/^ChatTablesUsers/)]);
    const { Properties } = one(stack, 'AWS::Lambda::Function', 'ChatCommands');
    expect(Properties['Environment']).toMatchObject({
      Variables: { CONVERSATIONS_TABLE: 'Restored', GENERATION: '2' },
    });
    const policy = JSON.stringify(one(stack, 'AWS::IAM::Policy', 'ChatCommands').Properties);
    expect(policy).toContain(':table/Restored"');
  });
});
