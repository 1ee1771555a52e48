import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { PolicyStatement } from '../../../local/assembly/resources.ts';
import type { TestEndpoint } from '../../support/local-endpoint.ts';
import { allow } from '../../support/resources.ts';
import { Started } from '../../support/started.ts';
import { FILES, ORIGIN as origin, startWithBucket } from './with-bucket.ts';

const started = new Started();

afterEach(() => started.stop());

describe('a presigned link', () => {
  it('gives the object, with the headers that were signed', async () => {
    const answer = await fetch(await presign(await startWithFile()), { headers: { origin } });
    expect(await answer.text()).toBe('hello');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="a.txt"; filename*=UTF-8''%C3%A4.txt`,
      'access-control-allow-origin': origin,
    });
  });

  it('is refused once its minute is over', async () => {
    const world = await startWithFile();
    const link = await presign(world);
    world.clock.wind(62_000);
    expect(await refusal(link)).toBe('403 AccessDenied');
  });

  it('is refused if anything in it was changed', async () => {
    const link = await presign(await startWithFile());
    const wrong = '403 SignatureDoesNotMatch';
    expect(await refusal(link.replace('a.txt', 'b.txt'))).toBe(wrong);
    expect(await refusal(link.replace('Expires=60', 'Expires=6000'))).toBe(wrong);
    expect(await refusal(link.replace('/kept/', '/kept/x'))).toBe(wrong);
    expect(await refusal(link.replace('response-content-type', 'x-id'))).toBe(wrong);
    expect(await refusal(link.replace(/X-Amz-Signature=.{64}/, ''))).toContain('400');
    expect((await fetch(link, { method: 'DELETE' })).status).toBe(403);
  });

  it('may do what its signer may, and no more', async () => {
    const world = await startWithFile([allow('s3:GetObject', `${FILES.arn}/other/*`)]);
    expect(await refusal(await presign(world))).toBe('403 AccessDenied');
  });
});

function presign({ asFunction }: TestEndpoint, Key = 'kept/ä b'): Promise<string> {
  return getSignedUrl(
    asFunction.s3,
    new GetObjectCommand({
      Bucket: 'files',
      Key,
      ResponseContentDisposition: `attachment; filename="a.txt"; filename*=UTF-8''%C3%A4.txt`,
      ResponseContentType: 'application/octet-stream',
    }),
    { expiresIn: 60 },
  );
}

async function startWithFile(statements?: readonly PolicyStatement[]): Promise<TestEndpoint> {
  const world = await started.add(startWithBucket(statements));
  const put = { Bucket: 'files', Key: 'kept/ä b', Body: 'hello', ContentType: 'text/html' };
  await world.asRoot.s3.send(new PutObjectCommand(put));
  return world;
}

async function refusal(url: string): Promise<string | undefined> {
  const answer = await fetch(url);
  return `${answer.status} ${/<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]}`;
}
