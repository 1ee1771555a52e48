import type { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { createConnectionsClient } from '../../lambdas/aws/clients.ts';
import { createConnections } from '../../lambdas/aws/connections.ts';
import type { PostOutcome } from '../../lambdas/core/ports.ts';
import { ScriptedAws } from '../support/scripted-aws.ts';
import type { ScriptedAnswer } from '../support/scripted-aws.ts';

let aws: ScriptedAws;
let client: ApiGatewayManagementApiClient;

beforeAll(async () => {
  aws = await ScriptedAws.start();
  client = createConnectionsClient(`${aws.url}/dev`);
});

beforeEach(() => aws.reset());

afterAll(async () => {
  client.destroy();
  await aws.stop();
});

function failure(status: number, name: string): ScriptedAnswer {
  return { status, headers: { 'x-amzn-ErrorType': name }, body: { message: name } };
}

describe('@connections', () => {
  it('posts a frame as its UTF-8 bytes to the one connection', async () => {
    expect(await createConnections(client).post('L0SM9cOFvHcCIhw=', '{"ä":"🙂"}')).toBe('sent');
    expect(aws.calls).toEqual([
      { operation: 'POST /dev/@connections/L0SM9cOFvHcCIhw%3D', body: { text: '{"ä":"🙂"}' } },
    ]);
  });

  it('closes the one connection', async () => {
    expect(await createConnections(client).close('a=')).toBe('sent');
    expect(aws.calls.map(({ operation }) => operation)).toEqual(['DELETE /dev/@connections/a%3D']);
  });

  it.each<[PostOutcome, number, string]>([
    ['gone', 410, 'GoneException'],
    ['limited', 429, 'LimitExceededException'],
    ['forbidden', 403, 'ForbiddenException'],
    ['rejected', 413, 'PayloadTooLargeException'],
    ['rejected', 400, 'BadRequestException'],
    // What the service's model does not name.
    ['forbidden', 403, 'AccessDeniedException'],
    ['forbidden', 403, 'InvalidSignatureException'],
    ['forbidden', 404, 'NotFoundException'],
    ['limited', 429, 'TooManyRequestsException'],
    ['gone', 410, 'SomethingElse'],
    ['failed', 500, 'InternalServerException'],
    ['failed', 503, 'ServiceUnavailable'],
    ['failed', 504, 'GatewayTimeout'],
  ])('answers %s for a %d %s, after one attempt', async (outcome, status, name) => {
    aws.say(failure(status, name), failure(status, name));
    const connections = createConnections(client);
    expect(await connections.post('a=', '{}')).toBe(outcome);
    expect(await connections.close('a=')).toBe(outcome);
    expect(aws.calls).toHaveLength(2);
  });

  it('gives up a post that is not answered in time', async () => {
    aws.say('silence');
    expect(await createConnections(client, 50).post('a=', '{}')).toBe('failed');
    expect(aws.calls).toHaveLength(1);
  });
});
