import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { ChatStack } from '../../lib/chat-stack.ts';
import type { ChatSettings } from '../../lib/settings.ts';
import { deployedContext, ownIssuer, stubs } from './synthesize.ts';

interface Outcome {
  /** Whether synth itself failed: rules are errors. */
  readonly failed: boolean;
  readonly rules: readonly string[];
}

/**
 * Synthesizes with CDK's own template validation and both packs of cdk-nag registered, and answers the rules
 * that were broken: errors and warnings alike, since what is acceptable is acknowledged in `lib/`.
 */
function check(fill: (app: App) => void): Outcome {
  const outdir = mkdtempSync(join(tmpdir(), 'parley-checks-'));
  const app = new App({ context: deployedContext(), outdir });
  fill(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  let failed = false;
  try {
    app.synth();
  } catch {
    failed = true;
  }
  printed.mockRestore();
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
    readonly pluginReports: readonly {
      readonly violations: readonly { readonly ruleName: string }[];
    }[];
  };
  const rules = report.pluginReports.flatMap(({ violations }) =>
    violations.map(({ ruleName }) => ruleName),
  );
  return { failed, rules };
}

describe('the checks of the template', () => {
  // The user pool comes first: CDK's validator starts anew (seconds) whenever it meets another resource type.
  it.each<readonly [what: string, settings: ChatSettings]>([
    ['a user pool', { alarmEmail: 'ops@example.com', selfSignUp: true }],
    ['an issuer of the team', ownIssuer],
    [
      'everything set',
      {
        ...ownIssuer,
        tracing: true,
        removal: 'destroy',
        allowedOrigins: ['https://chat.example.com'],
        tags: { team: 'chat' },
        apiGatewayLogRole: 'present',
        stage: 'prod',
      },
    ],
  ])('passes CDK’s validation and both packs of cdk-nag with %s', (_, settings) => {
    expect(
      check((app) => new ChatStack(app, 'Parley-test', { ...settings, code: stubs() })),
    ).toEqual({ failed: false, rules: [] });
  });

  it('passes in an account and region that are known, where ARNs read otherwise', () => {
    const env = { account: '123456789012', region: 'eu-west-1' };
    expect(
      check((app) => new ChatStack(app, 'Parley-test', { ...ownIssuer, env, code: stubs() })),
    ).toEqual({ failed: false, rules: [] });
  });

  it('would fail with a resource that breaks a rule of any of the three', () => {
    const { failed, rules } = check((app) => {
      const stack = new Stack(app, 'Broken');
      const partitionKey = { name: 'pk', type: AttributeType.STRING };
      new Table(stack, 'Unrestorable', { partitionKey });
      new Queue(stack, 'Lonely');
      new CfnResource(stack, 'Function', {
        type: 'AWS::Lambda::Function',
        properties: { Runtime: 'nodejs24.x', Handler: 'index.handler', MemorySize: 'plenty' },
      });
    });
    expect(failed).toBe(true);
    expect(rules).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^AwsSolutions-DDB3/),
        expect.stringMatching(/^Serverless-/),
        expect.stringMatching(/^F\d+$/),
      ]),
    );
  });
});
