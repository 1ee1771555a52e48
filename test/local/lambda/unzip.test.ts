import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { unzip } from '../../../local/lambda/unzip.ts';

const DEFLATED = 8;
const STORED = 0;

/** A zip file as a packager writes it; the names of its entries → their content. */
function zipOf(entries: Readonly<Record<string, string>>, method: number): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const data = method === DEFLATED ? deflateRawSync(text) : Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(text.length, 22);
    local.writeUInt16LE(name.length, 26);
    // An extra field, which only the local header has.
    local.writeUInt16LE(4, 28);
    locals.push(local, Buffer.from(name), Buffer.from('xtra'), data);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(text.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    offset += local.length + name.length + 4 + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

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
