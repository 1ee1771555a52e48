import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** What a bucket knows of an object beside its bytes. */
export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** The MD5 of the bytes, in quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** What a reader is answered with: `content-type`, `cache-control`, `x-amz-meta-…`, in small letters. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The objects of one bucket. */
export interface Objects {
  put(object: Pick<StoredObject, 'key' | 'modifiedAt' | 'headers'>, body: Buffer): StoredObject;
  find(key: string): StoredObject | undefined;
  /** The bytes of an object that is there. */
  read(key: string): Buffer;
  delete(key: string): void;
  list(): readonly StoredObject[];
}

/** Longer than any header line: S3 takes 2 KB of metadata and 1 KB of key. */
const MOST_HEAD_BYTES = 64 * 1024;
const NEW_LINE = '\n'.charCodeAt(0);

/** @param directory where they survive the process; in memory if absent */
export function createObjects(directory?: string): Objects {
  const bodies = directory === undefined ? memoryBodies() : fileBodies(directory);
  const known = new Map(bodies.all().map((object) => [object.key, object]));
  return {
    put: (object, body) => {
      const stored = { ...object, size: body.length, etag: etagOf(body) };
      bodies.write(stored, body);
      known.set(stored.key, stored);
      return stored;
    },
    find: (key) => known.get(key),
    read: (key) => bodies.read(key),
    delete: (key) => {
      if (known.delete(key)) bodies.delete(key);
    },
    list: () => [...known.values()],
  };
}

interface Bodies {
  all(): readonly StoredObject[];
  write(object: StoredObject, body: Buffer): void;
  read(key: string): Buffer;
  delete(key: string): void;
}

function memoryBodies(): Bodies {
  const bodies = new Map<string, Buffer>();
  return {
    all: () => [],
    write: ({ key }, body) => {
      bodies.set(key, body);
    },
    read: (key) => bodies.get(key) ?? Buffer.alloc(0),
    delete: (key) => {
      bodies.delete(key);
    },
  };
}

/** A file an object: a line that says what it is, then its bytes. It appears whole or not at all. */
function fileBodies(directory: string): Bodies {
  mkdirSync(directory, { recursive: true });
  // Under its digest: a key may be longer than a file's name, and full of slashes.
  const path = (key: string): string =>
    join(directory, createHash('sha256').update(key).digest('hex'));
  return {
    all: () =>
      readdirSync(directory).flatMap((name) => {
        if (!name.endsWith(UNFINISHED)) return [readHead(join(directory, name))];
        rmSync(join(directory, name));
        return [];
      }),
    write: (object, body) => {
      const unfinished = `${path(object.key)}${UNFINISHED}`;
      const head = Buffer.from(`${JSON.stringify(object)}\n`);
      writeFileSync(unfinished, Buffer.concat([head, body]));
      renameSync(unfinished, path(object.key));
    },
    read: (key) => {
      const file = readFileSync(path(key));
      return file.subarray(file.indexOf(NEW_LINE) + 1);
    },
    delete: (key) => rmSync(path(key), { force: true }),
  };
}

/** How the name of a file ends while it is written: what a kill leaves. */
const UNFINISHED = '.tmp';

function readHead(path: string): StoredObject {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(MOST_HEAD_BYTES);
    const bytes = readSync(file, head, 0, MOST_HEAD_BYTES, 0);
    const text = head.subarray(0, bytes).toString();
    return JSON.parse(text.slice(0, text.indexOf('\n'))) as StoredObject;
  } finally {
    closeSync(file);
  }
}

function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
