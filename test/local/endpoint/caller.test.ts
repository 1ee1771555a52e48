import { callersOf, readCredential, ROOT_CREDENTIALS } from '../../../local/endpoint/caller.ts';
import type { AwsRequest } from '../../../local/endpoint/service.ts';
import { credentialsOf } from '../../../local/lambda/credentials.ts';
import { allow, CALLER_ARN, FUNCTION_ARN, resourcesOf } from '../../support/resources.ts';

function request(parts: Partial<AwsRequest>): AwsRequest {
  return { method: 'POST', url: '/', headers: {}, body: Buffer.alloc(0), ...parts };
}

describe('readCredential', () => {
  const credential = { accessKeyId: 'ASIAX', region: 'eu-west-1', service: 's3' };
  const scope = 'ASIAX/20260101/eu-west-1/s3/aws4_request';

  it('finds it in the Authorization header', () => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=ab`;
    expect(readCredential(request({ headers: { authorization } }))).toEqual(credential);
  });

  it('finds it in the query of a presigned URL', () => {
    const url = `/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=x`;
    expect(readCredential(request({ url }))).toEqual(credential);
  });

  it('finds it in the form of a presigned POST', () => {
    const body = Buffer.from(
      `--b\r\nContent-Disposition: form-data; name="X-Amz-Credential"\r\n\r\n${scope}\r\n--b--\r\n`,
    );
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    expect(readCredential(request({ headers, body }))).toEqual(credential);
  });

  it.each(['', 'Bearer x', 'AWS4-HMAC-SHA256 Credential=ASIAX, Signature=x'])(
    'finds none in %j',
    (authorization) => {
      expect(readCredential(request({ headers: { authorization } }))).toBeUndefined();
    },
  );
});

describe('callersOf', () => {
  const statements = [allow('dynamodb:PutItem', '*')];
  const callers = callersOf(resourcesOf({ statements }));

  it("gives a function its role's statements and the name that AWS shows", () => {
    expect(callers.get(credentialsOf(FUNCTION_ARN).accessKeyId)).toMatchObject({
      arn: CALLER_ARN,
      statements,
    });
  });

  it('gives the root key no statements, hence every right', () => {
    expect(callers.get(ROOT_CREDENTIALS.accessKeyId)?.statements).toBeUndefined();
    expect(callers.has(ROOT_CREDENTIALS.accessKeyId)).toBe(true);
  });

  it('gives a function whose role is not in the template no right', () => {
    const orphan = callersOf({ ...resourcesOf({ statements }), roles: [] });
    expect(orphan.get(credentialsOf(FUNCTION_ARN).accessKeyId)?.statements).toEqual([]);
  });
});
