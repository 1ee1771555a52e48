import { createObjects } from '../../../local/s3/objects.ts';
import { startExpiry } from '../../../local/s3/expiry.ts';
import { WindableClock } from '../../../local/clock.ts';
import { bucket } from '../../support/resources.ts';

const HOUR = 60 * 60 * 1000;

it('deletes what is a day old at the midnight after that, and nothing outside of the prefix', () => {
  const clock = new WindableClock();
  const objects = createObjects();
  const resource = bucket('files', { expirations: [{ prefix: 'uploads/', days: 1 }] });
  const stop = startExpiry([{ resource, objects }], clock);
  for (const key of ['uploads/a', 'kept/a']) {
    objects.put({ key, modifiedAt: clock.now(), headers: {} }, Buffer.from('x'));
  }
  clock.wind(23 * HOUR);
  expect(objects.list()).toHaveLength(2);
  clock.wind(26 * HOUR);
  expect(objects.list().map(({ key }) => key)).toEqual(['kept/a']);
  stop();
});
