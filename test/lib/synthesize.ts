import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ChatStack } from '../../lib/chat-stack.ts';
import { byFunction, type FunctionName } from '../../lib/functions.ts';
import type { ChatSettings } from '../../lib/settings.ts';

/** A resource of a template, as JSON has it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface Synthesized {
  readonly app: App;
  readonly stack: ChatStack;
  readonly template: Template;
  /** The resources of a type, by logical id. */
  readonly resources: (type: string) => Readonly<Record<string, TemplateResource>>;
}

/** The only resource of a type whose logical id begins so. */
export function one(
  { resources }: Synthesized,
  type: string,
  idBegins = '',
): TemplateResource & { readonly id: string } {
  const found = Object.entries(resources(type)).filter(([id]) => id.startsWith(idBegins));
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${found.length} resources of ${type} begin with ${idBegins}`);
  }
  return { id: only[0], ...only[1] };
}

/** An issuer, so that no user pool is in the way. */
export const ownIssuer: ChatSettings = {
  issuer: 'https://issuer.example.com',
  audience: 'chat',
  alarmEmail: 'ops@example.com',
};

/** The feature flags that a deployment has, so that a test sees the template that is deployed. */
export function deployedContext(): Readonly<Record<string, unknown>> {
  const read = JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8')) as {
    readonly context: Readonly<Record<string, unknown>>;
  };
  return read.context;
}

/** Synthesizes the stack with these settings. The functions' code is a stub: it is not what the template is about. */
export function synthesize(settings: ChatSettings = ownIssuer): Synthesized {
  const app = new App({
    context: { ...deployedContext(), 'aws:cdk:disable-stack-trace': true },
    builtinCloudFormationValidation: false,
    treeMetadata: false,
  });
  const stack = new ChatStack(app, 'Parley-test', { ...settings, code: stubs() });
  const template = Template.fromStack(stack);
  return {
    app,
    stack,
    template,
    resources: (type) => template.findResources(type) as Record<string, TemplateResource>,
  };
}

let stubDirectories: Readonly<Record<FunctionName, string>> | undefined;

/** A folder with a handler for each function, each with other bytes. */
export function stubs(): Readonly<Record<FunctionName, string>> {
  stubDirectories ??= writeStubs();
  return stubDirectories;
}

function writeStubs(): Readonly<Record<FunctionName, string>> {
  const root = mkdtempSync(join(tmpdir(), 'parley-test-'));
  return byFunction((name) => {
    const directory = join(root, name);
    mkdirSync(directory);
    writeFileSync(join(directory, 'index.mjs'), `export const handler = () => '${name}';\n`);
    return directory;
  });
}
