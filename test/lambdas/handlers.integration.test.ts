import { startEmbeddedAws } from '../support/embedded-aws.ts';
import { Started } from '../support/started.ts';
import { describeHandlers } from './handlers.ts';

const started = new Started();

beforeAll(async () => {
  await started.add(startEmbeddedAws());
});

afterAll(() => started.stop());

describeHandlers('on the embedded services', { waitSeconds: 0 });
