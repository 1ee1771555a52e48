import { corsHeaders, preflight } from '../../../local/s3/cors.ts';
import type { AwsRequest } from '../../../local/endpoint/service.ts';

const rule = {
  origins: ['https://chat.example.com', 'https://*.test'],
  methods: ['POST', 'GET'],
  headers: ['content-*'],
  exposedHeaders: ['ETag'],
  maxAgeSeconds: 300,
};
const rules = [rule];

function request(method: string, headers: Record<string, string>): AwsRequest {
  return { method, url: '/b', headers, body: Buffer.alloc(0) };
}

function ask(headers: Record<string, string>): Readonly<Record<string, string>> {
  return preflight(rules, request('OPTIONS', headers)).headers;
}

const origin = 'https://chat.example.com';

describe('the question of a browser', () => {
  it('is answered for an origin, a method and headers of a rule', () => {
    const asked = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'Content-Type, content-md5',
    };
    expect(ask(asked)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST, GET',
      'access-control-allow-headers': 'content-type, content-md5',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '300',
    });
  });

  it.each([
    { origin: 'https://evil.example.com', 'access-control-request-method': 'POST' },
    { origin, 'access-control-request-method': 'PUT' },
    { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-a' },
  ])('is refused for %j', (headers) => {
    expect(() => ask(headers)).toThrow('is not allowed');
  });

  it('is refused without an origin, and by a bucket without rules', () => {
    expect(() => ask({})).toThrow('Origin request header needed');
    expect(() => preflight([], request('OPTIONS', { origin }))).toThrow('not enabled');
  });
});

describe('the answer to a request', () => {
  it('may be seen by a page of an allowed origin, and by no other', () => {
    const seen = (from: string): unknown =>
      corsHeaders(rules, request('GET', { origin: from }))['access-control-allow-origin'];
    expect(seen('https://a.test')).toBe('https://a.test');
    expect(seen('https://evil.example.com')).toBeUndefined();
    expect(corsHeaders(rules, request('GET', {}))).toEqual({});
  });

  it('may be seen by everybody where the rule says so', () => {
    const open = [{ ...rule, origins: ['*'] }];
    expect(corsHeaders(open, request('GET', { origin: 'https://a.b' }))).toMatchObject({
      'access-control-allow-origin': '*',
    });
  });
});
