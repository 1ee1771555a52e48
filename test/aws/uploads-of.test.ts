import { uploadsOf } from '../../lambdas/aws/uploads-of.ts';

function record(body: unknown, messageId = 'm') {
  return { messageId, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function created(key: string, size = 5) {
  return { Records: [{ eventName: 'ObjectCreated:Post', s3: { object: { key, size } } }] };
}

describe('the notices of the bucket', () => {
  it('are read with their ids and sizes', () => {
    expect(
      uploadsOf([record(created('uploads/a_1')), record(created('uploads/a_2', 6), 'n')]),
    ).toEqual({
      notices: [
        { messageId: 'm', files: [{ attachmentId: 'a_1', bytes: 5 }] },
        { messageId: 'n', files: [{ attachmentId: 'a_2', bytes: 6 }] },
      ],
      unreadable: [],
    });
  });

  it('may be S3’s own trial, or of what is no upload: nothing is to be done then', () => {
    const trial = { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'files' };
    const others = ['kept/a_1', 'uploads/', 'uploads/a%2Fb', 'uploads/a+b'].map((key) =>
      created(key),
    );
    const { notices, unreadable } = uploadsOf([trial, ...others].map((body) => record(body)));
    expect(notices.flatMap(({ files }) => files)).toEqual([]);
    expect(notices).toHaveLength(5);
    expect(unreadable).toEqual([]);
  });

  it.each(['', '{', '[]', '{}', '{"Records":[{}]}', created('uploads/%')])(
    'are none: %j',
    (body) => {
      expect(uploadsOf([record(body)])).toEqual({ notices: [], unreadable: ['m'] });
    },
  );
});
