import { one, ownIssuer, synthesize } from './synthesize.ts';

const settings = { alarmEmail: 'ops@example.com' };

describe('sign-in', () => {
  it('makes no user pool for a team that has an issuer', () => {
    expect(synthesize(ownIssuer).resources('AWS::Cognito::UserPool')).toEqual({});
  });

  it('makes a pool, a public client for the code flow, and a domain that is unique in the region', () => {
    const stack = synthesize({ ...settings, callbackUrls: ['https://chat.example.com/'] });
    const client = one(stack, 'AWS::Cognito::UserPoolClient');
    expect(client.Properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      CallbackURLs: ['https://chat.example.com/'],
      PreventUserExistenceErrors: 'ENABLED',
    });
    expect(one(stack, 'AWS::Cognito::UserPoolDomain').Properties['Domain']).toEqual({
      'Fn::Join': [
        '',
        ['chat-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }],
      ],
    });
    expect(Object.keys(stack.template.findOutputs('*'))).toEqual(
      expect.arrayContaining(['UserPoolId', 'UserPoolClientId', 'SignInUrl']),
    );
  });

  it('has the authorizer check the pool’s access tokens: the client is in client_id, there is no aud', () => {
    const stack = synthesize(settings);
    const pool = one(stack, 'AWS::Cognito::UserPool').id;
    const issuer = { 'Fn::GetAtt': [pool, 'ProviderURL'] };
    const { Properties } = one(stack, 'AWS::Lambda::Function', 'ChatAuthorize');
    expect(Properties['Environment']).toEqual({
      Variables: {
        ISSUER: issuer,
        AUDIENCE: { Ref: one(stack, 'AWS::Cognito::UserPoolClient').id },
        JWKS_URL: { 'Fn::Join': ['', [issuer, '/.well-known/jwks.json']] },
        TOKEN_USE: 'access',
      },
    });
  });

  it.each([
    [undefined, true],
    [true, false],
  ])('lets strangers in only when told to: selfSignUp %s', (selfSignUp, adminOnly) => {
    const stack = synthesize({ ...settings, ...(selfSignUp !== undefined && { selfSignUp }) });
    expect(one(stack, 'AWS::Cognito::UserPool').Properties['AdminCreateUserConfig']).toEqual({
      AllowAdminCreateUserOnly: adminOnly,
    });
  });
});
