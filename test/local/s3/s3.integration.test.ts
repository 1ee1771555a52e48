import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { PolicyStatement } from '../../../local/assembly/resources.ts';
import { startTestEndpoint } from '../../support/local-endpoint.ts';
import type { TestEndpoint } from '../../support/local-endpoint.ts';
import { allow, bucket, CALLER_ARN, queue, resourcesOf } from '../../support/resources.ts';
import { Started } from '../../support/started.ts';

const news = queue('news');
const files = bucket('files', {
  notifications: [
    { event: 's3:ObjectCreated:*', queueArn: news.arn, prefix: 'uploads/', suffix: '' },
  ],
});
const all = `${files.arn}/*`;
const Bucket = 'files';
const started = new Started();

async function start(statements: readonly PolicyStatement[] = []): Promise<TestEndpoint> {
  const resources = resourcesOf({ statements, queues: [news], buckets: [files] });
  return started.add(startTestEndpoint(resources));
}

afterEach(() => started.stop());

describe('an object', () => {
  it('is what was put, by every way of reading it', async () => {
    const { s3 } = (await start()).asRoot;
    const put = new PutObjectCommand({
      Bucket,
      Key: 'a b/ä+c.txt',
      Body: 'hello world',
      ContentType: 'text/plain',
      Metadata: { who: 'alice' },
    });
    const { ETag } = await s3.send(put);
    const get = await s3.send(new GetObjectCommand({ Bucket, Key: 'a b/ä+c.txt' }));
    expect(await get.Body?.transformToString()).toBe('hello world');
    expect(get).toMatchObject({ ETag, ContentType: 'text/plain', Metadata: { who: 'alice' } });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a b/ä+c.txt' }));
    expect(head).toMatchObject({ ETag, ContentLength: 11, ContentType: 'text/plain' });
    const Range = 'bytes=6-';
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: 'a b/ä+c.txt', Range }));
    expect(await part.Body?.transformToString()).toBe('world');
    expect(part).toMatchObject({ ContentRange: 'bytes 6-10/11', ContentLength: 5 });
  });

  it('may be sent as a stream, in the chunks of the SDK', async () => {
    const { s3 } = (await start()).asRoot;
    const Body = Readable.from([Buffer.from('one,'), Buffer.from('two')]);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body, ContentLength: 7 }));
    const get = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(await get.Body?.transformToString()).toBe('one,two');
    expect(get.ContentEncoding).toBeUndefined();
  });

  it('is not put where one is, if asked so', async () => {
    const { s3 } = (await start()).asRoot;
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', IfNoneMatch: '*' });
    await s3.send(put);
    await expect(s3.send(put)).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  });

  it('is copied with what is known of it, or with other headers', async () => {
    const { s3 } = (await start()).asRoot;
    const Body = 'x';
    await s3.send(new PutObjectCommand({ Bucket, Key: 'ü/1', Body, ContentType: 'image/png' }));
    const copy = { Bucket, CopySource: encodeURI('files/ü/1') };
    await s3.send(new CopyObjectCommand({ ...copy, Key: '2' }));
    const MetadataDirective = 'REPLACE';
    await s3.send(
      new CopyObjectCommand({ ...copy, Key: '3', MetadataDirective, ContentType: 'image/gif' }),
    );
    const typeOf = async (Key: string): Promise<unknown> =>
      (await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentType;
    expect([await typeOf('2'), await typeOf('3')]).toEqual(['image/png', 'image/gif']);
    await expect(s3.send(new CopyObjectCommand({ ...copy, Key: 'ü/1' }))).rejects.toThrow(
      'to copy an object to itself',
    );
  });

  it('is deleted, however often', async () => {
    const { s3 } = (await start()).asRoot;
    const place = { Bucket, Key: 'k' };
    await s3.send(new PutObjectCommand({ ...place, Body: 'x' }));
    await s3.send(new DeleteObjectCommand(place));
    await s3.send(new DeleteObjectCommand(place));
    await expect(s3.send(new GetObjectCommand(place))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(s3.send(new HeadObjectCommand(place))).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('a role', () => {
  it('may do what it says, on the keys that it says', async () => {
    const { asFunction } = await start([allow('s3:PutObject', `${files.arn}/uploads/*`)]);
    await asFunction.s3.send(new PutObjectCommand({ Bucket, Key: 'uploads/1', Body: 'x' }));
    const elsewhere = new PutObjectCommand({ Bucket, Key: 'kept/1', Body: 'x' });
    await expect(asFunction.s3.send(elsewhere)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${CALLER_ARN} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::files/kept/1" because no identity-based policy allows the s3:PutObject action`,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('needs the right to read what it copies', async () => {
    const { asFunction, asRoot } = await start([allow('s3:PutObject', all)]);
    await asRoot.s3.send(new PutObjectCommand({ Bucket, Key: '1', Body: 'x' }));
    const copy = new CopyObjectCommand({ Bucket, Key: '2', CopySource: 'files/1' });
    await expect(asFunction.s3.send(copy)).rejects.toThrow('s3:GetObject');
  });

  it('is not told what is missing unless it may list the bucket', async () => {
    const get = new GetObjectCommand({ Bucket, Key: 'none' });
    const blind = await start([allow('s3:GetObject', all)]);
    await expect(blind.asFunction.s3.send(get)).rejects.toMatchObject({ name: 'AccessDenied' });
    await blind.stop();
    const seeing = await start([allow('s3:GetObject', all), allow('s3:ListBucket', files.arn)]);
    await expect(seeing.asFunction.s3.send(get)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('a bucket', () => {
  it('tells its queue of each new object, its key encoded as a form', async () => {
    const { asRoot } = await start();
    for (const Key of ['uploads/a b+ä', 'kept/1']) {
      await asRoot.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'four' }));
    }
    const { Messages = [] } = await asRoot.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: news.url, MaxNumberOfMessages: 10 }),
    );
    const told = Messages.map(({ Body = '' }) => JSON.parse(Body) as object);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      Records: [
        {
          eventSource: 'aws:s3',
          eventName: 'ObjectCreated:Put',
          s3: {
            bucket: { name: 'files', arn: files.arn },
            object: { key: 'uploads/a+b%2B%C3%A4', size: 4 },
          },
        },
      ],
    });
  });

  it('says of what it cannot do that it cannot', async () => {
    const { s3 } = (await start()).asRoot;
    await expect(s3.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
    const elsewhere = new GetObjectCommand({ Bucket: 'nowhere', Key: 'k' });
    await expect(s3.send(elsewhere)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('answers nothing to who does not sign', async () => {
    const { endpoint } = await start();
    const answer = await fetch(`${endpoint.url}/files/k`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessDenied</Code>');
  });
});

it('refuses to start with a bucket that notifies a queue which is not there', async () => {
  const starting = startTestEndpoint(resourcesOf({ buckets: [files] }));
  await expect(starting).rejects.toThrow('there is no such queue in the template');
});
