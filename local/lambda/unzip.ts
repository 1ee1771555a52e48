import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { inflateRawSync } from 'node:zlib';

// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 and 4.3.16
const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_BYTES = 22;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_ENTRY_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/** Unpacks a zip file (stored and deflated entries, as Lambda takes them) into `folder`. Throws if it is none. */
export async function unzip(file: string, folder: string): Promise<void> {
  const zip = await readFile(file);
  const end = zip.lastIndexOf(signature(END_OF_DIRECTORY));
  if (end < 0 || end + END_OF_DIRECTORY_BYTES > zip.length) throw notAZip(file);
  const count = zip.readUInt16LE(end + 10);
  let entry = zip.readUInt32LE(end + 16);
  for (let i = 0; i < count; i += 1) {
    if (zip.readUInt32LE(entry) !== DIRECTORY_ENTRY) throw notAZip(file);
    const nameBytes = zip.readUInt16LE(entry + 28);
    const name = zip.toString(
      'utf8',
      entry + DIRECTORY_ENTRY_BYTES,
      entry + DIRECTORY_ENTRY_BYTES + nameBytes,
    );
    const target = join(folder, name);
    if (relative(folder, target).startsWith('..')) throw notAZip(file);
    if (!name.endsWith('/')) {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content(zip, entry, file));
    }
    entry +=
      DIRECTORY_ENTRY_BYTES +
      nameBytes +
      zip.readUInt16LE(entry + 30) +
      zip.readUInt16LE(entry + 32);
  }
}

function content(zip: Buffer, entry: number, file: string): Buffer {
  const method = zip.readUInt16LE(entry + 10);
  const compressedBytes = zip.readUInt32LE(entry + 20);
  const header = zip.readUInt32LE(entry + 42);
  const start =
    header + LOCAL_HEADER_BYTES + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const data = zip.subarray(start, start + compressedBytes);
  if (method === STORED) return data;
  if (method === DEFLATED) return inflateRawSync(data);
  throw notAZip(file);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function notAZip(file: string): Error {
  return new Error(`unable to unpack ${file}; it is not a zip file that Lambda takes`);
}
