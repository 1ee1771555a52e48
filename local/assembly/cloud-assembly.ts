import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../user-error.ts';
import type { Template } from './stack.ts';

/** A stack as the manifest lists it. */
export interface AssemblyStack {
  readonly stackName: string;
  readonly region: string | undefined;
  readonly account: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly template: Template;
}

/** A cloud assembly: what `cdk synth` writes. */
export interface CloudAssembly {
  readonly stacks: readonly AssemblyStack[];
  /** Object key in the assets bucket → path of the folder or file. */
  readonly assets: ReadonlyMap<string, string>;
}

const manifestSchema = z.object({
  artifacts: z
    .record(
      z.string(),
      z.object({
        type: z.string(),
        environment: z.string().optional(),
        properties: z
          .object({
            templateFile: z.string().optional(),
            stackName: z.string().optional(),
            parameters: z.record(z.string(), z.string()).optional(),
            directoryName: z.string().optional(),
            file: z.string().optional(),
          })
          .default({}),
      }),
    )
    .default({}),
});

const assetsSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

/** Reads an assembly and those nested in it. Throws a `UserError` if it is missing or broken. */
export async function readCloudAssembly(directory: string): Promise<CloudAssembly> {
  const exists = await stat(join(directory, 'manifest.json')).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!exists) {
    throw new UserError(
      `there is no cloud assembly in ${directory} (no manifest.json); make one with "cdk synth"`,
    );
  }
  const manifest = await readJson(join(directory, 'manifest.json'), manifestSchema);
  const stacks: AssemblyStack[] = [];
  const assets = new Map<string, string>();
  for (const [id, { type, environment, properties }] of Object.entries(manifest.artifacts)) {
    if (type === 'aws:cloudformation:stack' && properties.templateFile !== undefined) {
      stacks.push({
        stackName: properties.stackName ?? id,
        ...placeOf(environment),
        parameters: properties.parameters ?? {},
        template: await readJson(
          join(directory, properties.templateFile),
          z.custom<Template>(isObject),
        ),
      });
    } else if (type === 'cdk:asset-manifest' && properties.file !== undefined) {
      const { files } = await readJson(join(directory, properties.file), assetsSchema);
      for (const { source, destinations } of Object.values(files)) {
        for (const { objectKey } of Object.values(destinations)) {
          if (source.path !== undefined) assets.set(objectKey, join(directory, source.path));
        }
      }
    } else if (type === 'cdk:cloud-assembly' && properties.directoryName !== undefined) {
      const nested = await readCloudAssembly(join(directory, properties.directoryName));
      stacks.push(...nested.stacks);
      for (const [key, path] of nested.assets) assets.set(key, path);
    }
  }
  return { stacks, assets };
}

/** Reads and checks a JSON file of an assembly. */
export async function readJson<T extends z.ZodType>(file: string, schema: T): Promise<z.infer<T>> {
  const broken = (why: string): UserError =>
    new UserError(`the cloud assembly is broken: ${file} ${why}; make it anew with "cdk synth"`);
  const text = await readFile(file, 'utf8').catch(() => {
    throw broken('is missing');
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken('is not JSON');
  }
  const result = schema.safeParse(value);
  if (!result.success) throw broken('has another form than expected');
  return result.data;
}

/** From `aws://account/region`, either of which may be unknown. */
function placeOf(environment = ''): Pick<AssemblyStack, 'region' | 'account'> {
  const [, account, region] = /^aws:\/\/([^/]*)\/(.*)$/.exec(environment) ?? [];
  return { region: unlessUnknown(region), account: unlessUnknown(account) };
}

function unlessUnknown(value: string | undefined): string | undefined {
  return value?.startsWith('unknown-') === true ? undefined : value;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
