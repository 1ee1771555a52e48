import { checkPostPolicy, checkSize } from '../../../local/s3/post-policy.ts';

const NOW = Date.parse('2026-01-31T12:00:00Z');

function check(
  conditions: readonly unknown[],
  fields: Record<string, string>,
  expiration?: string,
) {
  const policy = { expiration: expiration ?? '2026-01-31T12:00:01Z', conditions };
  const text = Buffer.from(JSON.stringify(policy)).toString('base64');
  return checkPostPolicy(text, new Map(Object.entries({ bucket: 'b', ...fields })), NOW);
}

describe('the policy of a form', () => {
  it('answers the size that it allows', () => {
    const range = check([{ key: 'a' }, ['content-length-range', 1, 10]], { key: 'a' });
    expect(range).toEqual({ least: 1, most: 10 });
    expect(check([{ key: 'a' }], { key: 'a' })).toEqual({ least: 0, most: Infinity });
  });

  it('refuses once it has expired', () => {
    expect(() => check([], {}, '2026-01-31T12:00:00Z')).toThrow('Policy expired');
    expect(() => check([], {}, 'never')).toThrow('Policy expired');
  });

  it('compares fields, whatever the case of their names', () => {
    const conditions = [
      ['eq', '$Content-Type', 'image/png'],
      ['starts-with', '$key', 'uploads/'],
    ];
    const good = { 'content-type': 'image/png', key: 'uploads/1' };
    expect(() => check(conditions, good)).not.toThrow();
    expect(() => check(conditions, { ...good, 'content-type': 'text/html' })).toThrow(
      'Policy Condition failed: ["eq","$Content-Type","image/png"]',
    );
    expect(() => check(conditions, { ...good, key: 'kept/1' })).toThrow('starts-with');
    expect(() => check(conditions, { key: 'uploads/1' })).toThrow('Content-Type');
  });

  it('holds the bucket to what was signed', () => {
    expect(() => check([{ bucket: 'other' }], {})).toThrow('Policy Condition failed');
  });

  it('refuses a field that no condition names', () => {
    expect(() => check([], { acl: 'public-read' })).toThrow('Extra input fields: acl');
    expect(() =>
      check([], { 'x-ignore-me': '1', policy: 'p', 'x-amz-signature': 's' }),
    ).not.toThrow();
  });

  it.each(['', 'e30=', Buffer.from('[1').toString('base64')])(
    'refuses %j, which is none',
    (text) => {
      expect(() => checkPostPolicy(text, new Map(), NOW)).toThrow('Invalid Policy');
    },
  );

  it('refuses an operator that it does not know', () => {
    expect(() => check([['ends-with', '$key', 'a']], { key: 'a' })).toThrow('Invalid operator');
  });
});

it('tells a file that is too large from one that is too small', () => {
  const range = { least: 2, most: 3 };
  expect(() => checkSize(2, range)).not.toThrow();
  expect(() => checkSize(1, range)).toThrow('smaller than the minimum');
  expect(() => checkSize(4, range)).toThrow('exceeds the maximum');
});
