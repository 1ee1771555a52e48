import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzip } from '../../../local/lambda/unzip.ts';
import { DEFLATED, STORED, zipOf } from './zip-of.ts';

function write(bytes: Buffer): { file: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'test-unzip-'));
  const file = join(folder, 'code.zip');
  writeFileSync(file, bytes);
  return { file, folder: join(folder, 'out') };
}

describe('unzip', () => {
  it.each([
    ['deflated', DEFLATED],
    ['stored', STORED],
  ])('unpacks %s files into their folders', async (_, method) => {
    const text = 'export const handler = 1;'.repeat(100);
    const { file, folder } = write(zipOf({ 'src/': '', 'src/index.mjs': text, a: 'b' }, method));
    await unzip(file, folder);
    expect(readFileSync(join(folder, 'src', 'index.mjs'), 'utf8')).toBe(text);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('b');
  });

  it('refuses to write outside of the folder', async () => {
    const { file, folder } = write(zipOf({ '../outside': 'x' }, STORED));
    await expect(unzip(file, folder)).rejects.toThrow('is not a zip file that Lambda takes');
    expect(existsSync(join(folder, '..', 'outside'))).toBe(false);
  });

  it.each([
    ['text', Buffer.from('no zip at all')],
    ['nothing', Buffer.alloc(0)],
    ['a zip file cut short', zipOf({ a: 'b' }, STORED).subarray(0, 30)],
    ['a method that Lambda does not take', zipOf({ a: 'b' }, 12)],
  ])('says so when a file is %s', async (_, bytes) => {
    const { file, folder } = write(bytes);
    await expect(unzip(file, folder)).rejects.toThrow(`unable to unpack ${file}`);
  });
});
