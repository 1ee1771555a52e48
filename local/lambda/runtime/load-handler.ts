/** Runs inside a function instance, as part of `bootstrap.ts`. */
import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Handler = (event: unknown, context: object, callback?: Callback) => unknown;
export type Callback = (error?: unknown, result?: unknown) => void;

/** In the order in which AWS's runtime tries them. */
const EXTENSIONS = ['', '.js', '.mjs', '.cjs'];

/** An error that Lambda reports under a type of its own, e.g. `Runtime.HandlerNotFound`. */
export class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

/**
 * Finds the function that `name` (`index.handler`, `folder/file.nested.handler`) means below `taskRoot`.
 * Throws a `RuntimeError` with AWS's error types, or whatever the module itself threw.
 */
export async function loadHandler(taskRoot: string, name: string): Promise<Handler> {
  const [, file, path] = /^([^.]+)\.(.+)$/.exec(basename(name)) ?? [];
  if (file === undefined || path === undefined || name.includes('..')) {
    throw new RuntimeError('MalformedHandlerName', `'${name}' is not a valid handler name`);
  }
  const module = await importModule(join(taskRoot, dirname(name), file));
  const found = lookUp(module, path) ?? lookUp(property(module, 'default'), path);
  if (found === undefined) {
    throw new RuntimeError('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (!isHandler(found)) throw new RuntimeError('HandlerNotFound', `${name} is not a function`);
  return found;
}

async function importModule(pathWithoutExtension: string): Promise<unknown> {
  const extension = EXTENSIONS.find((candidate) => isFile(pathWithoutExtension + candidate));
  if (extension === undefined) {
    const name = basename(pathWithoutExtension);
    throw new RuntimeError('ImportModuleError', `Error: Cannot find module '${name}'`);
  }
  try {
    return await import(pathToFileURL(pathWithoutExtension + extension).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError('UserCodeSyntaxError', explain(error));
    if (isMissingModule(error)) throw new RuntimeError('ImportModuleError', explain(error));
    throw error;
  }
}

/** What Node prints above a syntax error (file and line) is in the stack's head only. */
function explain(error: Error): string {
  if (!(error instanceof SyntaxError)) return String(error);
  const place = error.stack?.split('\n', 1)[0] ?? '';
  return place === '' || place.startsWith('SyntaxError')
    ? String(error)
    : `${String(error)} (${place})`;
}

function isMissingModule(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function lookUp(module: unknown, path: string): unknown {
  return path.split('.').reduce(property, module);
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}
