import { read } from '../read-resources.ts';

const document = (action: string): object => ({
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});

describe('reading roles', () => {
  it('collects what is attached to a role, whichever way', async () => {
    const { roles, unknownTypes } = await read({
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [{ PolicyName: 'p', PolicyDocument: document('sqs:SendMessage') }],
          ManagedPolicyArns: [
            { Ref: 'Managed' },
            'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
            'arn:aws:iam::aws:policy/Strange',
          ],
        },
      },
      Managed: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: document('sns:Publish') },
      },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          Roles: [{ Ref: 'Role' }],
          PolicyDocument: {
            Statement: {
              Effect: 'Deny',
              NotAction: ['dynamodb:*'],
              Resource: { 'Fn::Sub': 'arn:aws:dynamodb:${AWS::Region}::table/x' },
              Condition: { StringEquals: { a: 'b' }, Bool: { c: 'true' } },
            },
          },
        },
      },
    });
    expect(roles[0]?.statements.map(({ effect, actions }) => [effect, actions])).toEqual([
      ['Allow', ['sqs:SendMessage']],
      ['Allow', ['sns:Publish']],
      ['Allow', ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']],
      ['Deny', []],
    ]);
    expect(roles[0]?.statements.at(-1)).toMatchObject({
      notActions: ['dynamodb:*'],
      resources: ['arn:aws:dynamodb:us-east-1::table/x'],
      conditions: { StringEquals: { a: 'b' }, Bool: { c: 'true' } },
    });
    expect(unknownTypes).toEqual(['AWS::IAM::ManagedPolicy (arn:aws:iam::aws:policy/Strange)']);
  });
});
