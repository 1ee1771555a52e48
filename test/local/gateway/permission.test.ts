import type { RoleResource } from '../../../local/assembly/resources.ts';
import { mayInvoke } from '../../../local/gateway/permission.ts';
import { apiArn, functionArn, permission } from './local-api.ts';

const target = { functionArn: functionArn('say'), sourceArn: `${apiArn}/dev/say` };

describe('a permission', () => {
  it.each([
    ['no source', undefined],
    ['the route', `${apiArn}/dev/say`],
    ['the route on every stage', `${apiArn}/*/say`],
    ['the route as CDK writes it', `${apiArn}*say`],
    ['the whole API', `${apiArn}/*`],
    ['everything', '*'],
  ])('for %s lets API Gateway in', (_, sourceArn) => {
    expect(mayInvoke({ permissions: [permission('say', sourceArn)], roles: [] }, target)).toBe(
      true,
    );
  });

  it.each([
    ['another route', `${apiArn}/*/sing`],
    ['another stage', `${apiArn}/prod/*`],
    ['another API', 'arn:aws:execute-api:eu-west-1:123456789012:other/*/say'],
    ['another account', 'arn:aws:execute-api:eu-west-1:999999999999:a1b2c3d4e5/*/say'],
  ])('for %s does not', (_, sourceArn) => {
    expect(mayInvoke({ permissions: [permission('say', sourceArn)], roles: [] }, target)).toBe(
      false,
    );
  });
});

describe('a credentials role', () => {
  const credentialsArn = 'arn:aws:iam::123456789012:role/gateway';
  const role: RoleResource = {
    logicalId: 'Role',
    arn: credentialsArn,
    statements: [
      {
        effect: 'Allow',
        actions: ['lambda:InvokeFunction'],
        notActions: [],
        resources: [functionArn('say')],
        notResources: [],
        conditions: {},
      },
    ],
  };

  it('decides by its policy, whatever the permissions say', () => {
    const other = { ...target, functionArn: functionArn('sing'), credentialsArn };
    const permissions = [permission('sing')];

    expect(mayInvoke({ permissions: [], roles: [role] }, { ...target, credentialsArn })).toBe(true);
    expect(mayInvoke({ permissions, roles: [role] }, other)).toBe(false);
  });

  it('that does not exist allows nothing', () => {
    expect(mayInvoke({ permissions: [], roles: [] }, { ...target, credentialsArn })).toBe(false);
  });
});
