import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createObjects } from '../../../local/s3/objects.ts';

const directory = mkdtempSync(join(tmpdir(), 'objects-'));
const key = 'uploads/ä/b c';
const headers = { 'content-type': 'image/png' };

afterAll(() => rmSync(directory, { recursive: true }));

it('keeps objects for the next run, with every byte', () => {
  const body = Buffer.from([0, 10, 13, 255, 10]);
  const stored = createObjects(directory).put({ key, modifiedAt: 5, headers }, body);
  const next = createObjects(directory);
  expect(next.list()).toEqual([stored]);
  expect(next.find(key)).toMatchObject({ key, size: 5, modifiedAt: 5, headers });
  expect(next.read(key)).toEqual(body);
});

it('forgets a file that a kill left unfinished', () => {
  writeFileSync(join(directory, 'abc.tmp'), '{"ke');
  expect(createObjects(directory).list()).toHaveLength(1);
  expect(readdirSync(directory)).toHaveLength(1);
});

it('forgets for good what was deleted', () => {
  const objects = createObjects(directory);
  objects.delete(key);
  objects.delete(key);
  expect(objects.find(key)).toBeUndefined();
  expect(createObjects(directory).list()).toEqual([]);
});
