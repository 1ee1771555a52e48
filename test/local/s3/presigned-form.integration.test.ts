import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { PresignedPost } from '@aws-sdk/s3-presigned-post';
import type { TestEndpoint } from '../../support/local-endpoint.ts';
import { Started } from '../../support/started.ts';
import { ORIGIN as origin, startWithBucket } from './with-bucket.ts';

const started = new Started();

afterEach(() => started.stop());

function start(): Promise<TestEndpoint> {
  return started.add(startWithBucket());
}

describe('a presigned form', () => {
  it('stores its file under the key and the type that were signed', async () => {
    const world = await start();
    const { status, headers } = await post(await presign(world));
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    const stored = world.endpoint.buckets.find('files')?.objects.find('uploads/1');
    expect(stored).toMatchObject({ size: 4, headers: { 'content-type': 'image/png' } });
  });

  it('answers 201 and says where, if asked so', async () => {
    const world = await start();
    const form = await createPresignedPost(world.asFunction.s3, {
      Bucket: 'files',
      Key: 'uploads/1',
      Fields: { success_action_status: '201' },
    });
    expect(await post(form)).toMatchObject({ status: 201 });
  });

  it('stores nothing else', async () => {
    const world = await start();
    const form = await presign(world);
    const refused = { status: 403, code: 'AccessDenied' };
    expect(await post(form, 'four', { key: 'uploads/2' })).toMatchObject(refused);
    expect(await post(form, 'four', { 'Content-Type': 'text/html' })).toMatchObject(refused);
    expect(await post(form, 'four', { acl: 'public-read' })).toMatchObject(refused);
    expect(await post(form, 'fiver')).toMatchObject({ status: 400, code: 'EntityTooLarge' });
    expect(await post(form, 'two')).toMatchObject({ status: 400, code: 'EntityTooSmall' });
    expect(world.endpoint.buckets.find('files')?.objects.list()).toEqual([]);
  });

  it('is refused once its minute is over', async () => {
    const world = await start();
    const form = await presign(world);
    world.clock.wind(61_000);
    expect(await post(form)).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it('is refused with a signature, a policy, a token or a key that was not signed', async () => {
    const world = await start();
    const form = await presign(world);
    const changed = (changes: Record<string, string | undefined>) => post(form, 'four', changes);
    const wrong = { status: 403, code: 'SignatureDoesNotMatch' };
    expect(await changed({ 'X-Amz-Signature': 'a'.repeat(64) })).toMatchObject(wrong);
    const policy = Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}');
    expect(await changed({ Policy: policy.toString('base64') })).toMatchObject(wrong);
    expect(await changed({ Policy: undefined })).toMatchObject({ code: 'AccessDenied' });
    expect(await changed({ 'X-Amz-Security-Token': 'x' })).toMatchObject({ code: 'InvalidToken' });
    const [, ...scope] = form.fields['X-Amz-Credential']?.split('/') ?? [];
    const credential = ['ASIANOBODY', ...scope].join('/');
    expect(await changed({ 'X-Amz-Credential': credential })).toMatchObject({
      code: 'InvalidAccessKeyId',
    });
  });

  it('may do what its signer may, and no more', async () => {
    const world = await start();
    expect(await post(await presign(world, 'kept/1'))).toMatchObject({ code: 'AccessDenied' });
  });

  it('must be a form with a file', async () => {
    const { url, fields } = await presign(await start());
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const noFile = await fetch(url, { method: 'POST', body: form });
    expect(await noFile.text()).toContain('POST requires exactly one file upload');
  });
});

describe('a browser', () => {
  it('is told whether a page may ask, without a signature', async () => {
    const { endpoint } = await start();
    const ask = (from: string): Promise<Response> =>
      fetch(`${endpoint.url}/files`, {
        method: 'OPTIONS',
        headers: { origin: from, 'access-control-request-method': 'POST' },
      });
    const allowed = await ask(origin);
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-methods')).toBe('POST, GET');
    expect((await ask('https://evil.example.com')).status).toBe(403);
  });

  it('may read a refusal too', async () => {
    const { endpoint } = await start();
    const answer = await fetch(`${endpoint.url}/files/k`, { headers: { origin } });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  });
});
function presign({ asFunction }: TestEndpoint, Key = 'uploads/1'): Promise<PresignedPost> {
  return createPresignedPost(asFunction.s3, {
    Bucket: 'files',
    Key,
    Fields: { 'Content-Type': 'image/png' },
    Conditions: [['content-length-range', 4, 4]],
    Expires: 60,
  });
}

async function post(
  { url, fields }: PresignedPost,
  file: string | undefined = 'four',
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<{ readonly status: number; readonly code?: string; readonly headers: Headers }> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changes })) {
    if (value !== undefined) form.append(name, value);
  }
  form.append('file', new Blob([file]), 'a.png');
  const answer = await fetch(url, { method: 'POST', body: form, headers: { origin } });
  const code = /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1];
  return { status: answer.status, headers: answer.headers, ...(code && { code }) };
}
