import type { Resources } from '../../local/assembly/resources.ts';
import { localAddresses } from '../../local/local-addresses.ts';

const resources = {
  queues: [{ url: 'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo' }],
  webSocketApis: [{ apiId: 'abc123defg' }],
} as unknown as Pick<Resources, 'queues' | 'webSocketApis'>;

const localize = localAddresses(resources, {
  endpointUrl: 'http://127.0.0.1:4566',
  webSocketUrl: 'ws://127.0.0.1:4000',
  others: { 'https://issuer.example': 'http://127.0.0.1:$1' },
});

describe('localAddresses', () => {
  it.each([
    [
      "a queue's URL",
      'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo',
      'http://127.0.0.1:4566/123456789012/jobs.fifo',
    ],
    [
      'where @connections answers',
      'https://abc123defg.execute-api.eu-west-1.amazonaws.com/live',
      'http://127.0.0.1:4566/_api/abc123defg/live',
    ],
    [
      'the WebSocket URL',
      'wss://abc123defg.execute-api.eu-west-1.amazonaws.com/live',
      'ws://127.0.0.1:4000/_api/abc123defg/live',
    ],
    ['a text of its own, literally', 'https://issuer.example/x', 'http://127.0.0.1:$1/x'],
    [
      'addresses in the midst of a text, each time',
      '["https://issuer.example","https://issuer.example"]',
      '["http://127.0.0.1:$1","http://127.0.0.1:$1"]',
    ],
  ])('turns %s into what it is here', (_, onAws, here) => {
    expect(localize(onAws)).toBe(here);
  });

  it.each([
    ["another account's API", 'https://zzz999zzzz.execute-api.eu-west-1.amazonaws.com/live'],
    ['a queue in another region', 'https://sqs.us-east-1.amazonaws.com/1/q'],
    ['anything else', 'https://example.com/'],
  ])('leaves %s alone', (_, text) => {
    expect(localize(text)).toBe(text);
  });
});
