import type { Endpoint } from '../../local/endpoint/endpoint.ts';
import { startEmbeddedAws } from '../support/embedded-aws.ts';
import { describeHandlers } from './handlers.ts';

jest.setTimeout(30_000);

let aws: Endpoint;

beforeAll(async () => {
  aws = await startEmbeddedAws();
}, 60_000);

afterAll(() => aws.stop(), 60_000);

describeHandlers('on the embedded services', { waitSeconds: 0 });
