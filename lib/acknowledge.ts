import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings of cdk-nag by rule, each with the reason why it is accepted. */
export type Findings = Readonly<Record<string, string>>;

/** Accepts findings on a construct and what is under it. */
export function acknowledge(construct: IConstruct, findings: Findings): void {
  Validations.of(construct).acknowledge(
    ...Object.entries(findings).map(([id, reason]) => ({ id, reason })),
  );
}

/** The name that cdk-nag gives to its finding about an ARN with a `*`. */
export function wildcardFinding(scope: IConstruct, arn: string): string {
  return `AwsSolutions-IAM5[Resource::${flatten(Stack.of(scope).resolve(arn))}]`;
}

/** References as cdk-nag writes them: `arn:<AWS::Partition>:execute-api:…:<LogicalId>/…`. */
function flatten(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return `<${String(value.Ref)}>`;
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) {
    return `<${value['Fn::GetAtt'].join('.')}>`;
  }
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [separator, parts] = value['Fn::Join'] as [string, readonly unknown[]];
    return parts.map(flatten).join(separator);
  }
  throw new Error(`unable to name the finding; ${JSON.stringify(value)} is not understood`);
}
