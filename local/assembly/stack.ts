import { UserError } from '../user-error.ts';
import { identityOf } from './identity.ts';
import type { Identity, Place } from './identity.ts';
import { asText, evaluate, NO_VALUE } from './intrinsics.ts';
import type { Scope } from './intrinsics.ts';

/** A resource of a template, its properties evaluated. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  readonly arn: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The parts of a template that count here. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { Type?: string; Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources?: Readonly<
    Record<string, { Type: string; Condition?: string; Properties?: Record<string, unknown> }>
  >;
  readonly Outputs?: Readonly<
    Record<string, { Value: unknown; Condition?: string; Export?: { Name: unknown } }>
  >;
}

/** What lies outside of a stack's template. */
export interface Surroundings {
  /** Finds what any stack exports. */
  importValue(name: string): unknown;
  /** An output of the stack with that name. */
  stackOutput(stackName: string, output: string): unknown;
  /** The template of a nested stack, by its `TemplateURL`. */
  nestedTemplate(url: string): Template;
}

const NESTED = 'AWS::CloudFormation::Stack';

/** A stack of an assembly: a template in its place, with everything in it that has a name. */
export class Stack implements Scope {
  readonly place: Place;
  private readonly template: Template;
  private readonly parameters: Readonly<Record<string, unknown>>;
  private readonly surroundings: Surroundings;
  private readonly nested = new Map<string, Stack>();
  private readonly identities = new Map<string, Identity>();

  /** @param parameters values of parameters; the others have their defaults */
  constructor(
    template: Template,
    place: Place,
    parameters: Readonly<Record<string, unknown>>,
    surroundings: Surroundings,
  ) {
    this.template = template;
    this.place = place;
    this.parameters = parameters;
    this.surroundings = surroundings;
  }

  get region(): string {
    return this.place.region;
  }

  /** This stack and those nested in it. */
  all(): readonly Stack[] {
    const nested = this.present().filter(([, { Type }]) => Type === NESTED);
    return [this, ...nested.flatMap(([logicalId]) => this.nestedStack(logicalId).all())];
  }

  /** The resources whose conditions hold and whose type `wanted` takes. */
  resources(wanted: (type: string) => boolean): readonly StackResource[] {
    return this.present()
      .filter(([, { Type }]) => wanted(Type))
      .map(([logicalId, { Type, Properties = {} }]) =>
        this.explain(`${Type} ${logicalId}`, () => {
          const properties = evaluate(Properties, this) as Record<string, unknown>;
          const { ref, attributes } = this.identity(logicalId);
          return { logicalId, type: Type, ref, arn: attributes['Arn'] ?? ref, properties };
        }),
      );
  }

  /** Every type that it has. */
  types(): readonly string[] {
    return [...new Set(this.present().map(([, { Type }]) => Type))];
  }

  outputs(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.presentOutputs().map(([name, { Value }]) => [
        name,
        this.explain(`output ${name}`, () => String(evaluate(Value, this))),
      ]),
    );
  }

  /** What it exports under a name, if anything. */
  exported(name: string): unknown {
    const output = this.presentOutputs().find(
      ([, { Export }]) => Export !== undefined && evaluate(Export.Name, this) === name,
    );
    return output && evaluate(output[1].Value, this);
  }

  ref(name: string): unknown {
    const pseudo = this.pseudoParameter(name);
    if (pseudo !== undefined) return pseudo;
    const parameter = this.template.Parameters?.[name];
    if (parameter === undefined) return this.identity(name).ref;
    const value = this.parameters[name] ?? parameter.Default;
    if (value === undefined) {
      throw new UserError(`parameter ${name} has no default; give it one in the CDK app`);
    }
    return parameter.Type === 'CommaDelimitedList' ? asText(value).split(',') : value;
  }

  getAtt(logicalId: string, attribute: string): unknown {
    if (this.template.Resources?.[logicalId]?.Type === NESTED) {
      return this.nestedStack(logicalId).outputs()[attribute.replace('Outputs.', '')];
    }
    return this.identity(logicalId).attributes[attribute] ?? `${logicalId}.${attribute}`;
  }

  importValue(name: string): unknown {
    return this.surroundings.importValue(name);
  }

  stackOutput(stackName: string, output: string): unknown {
    return this.surroundings.stackOutput(stackName, output);
  }

  condition(name: string): boolean {
    const condition = this.template.Conditions?.[name];
    if (condition === undefined) throw new UserError(`there is no condition ${name}`);
    return evaluate(condition, this) === true;
  }

  findInMap(map: string, first: string, second: string): unknown {
    const value = this.template.Mappings?.[map]?.[first]?.[second];
    if (value === undefined) throw new UserError(`there is no mapping ${map}.${first}.${second}`);
    return value;
  }

  private nestedStack(logicalId: string): Stack {
    const known = this.nested.get(logicalId);
    if (known !== undefined) return known;
    const { TemplateURL, Parameters = {} } = this.template.Resources?.[logicalId]?.Properties ?? {};
    const template = this.surroundings.nestedTemplate(String(evaluate(TemplateURL, this)));
    const place = { ...this.place, stackName: this.identity(logicalId).ref };
    const parameters = evaluate(Parameters, this) as Record<string, unknown>;
    const stack = new Stack(template, place, parameters, this.surroundings);
    this.nested.set(logicalId, stack);
    return stack;
  }

  private pseudoParameter(name: string): unknown {
    const { account, region, stackName } = this.place;
    switch (name) {
      case 'AWS::AccountId':
        return account;
      case 'AWS::Region':
        return region;
      case 'AWS::StackName':
        return stackName;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::NotificationARNs':
        return [];
      case 'AWS::NoValue':
        return NO_VALUE;
      default:
        return undefined;
    }
  }

  private identity(logicalId: string): Identity {
    const known = this.identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = this.template.Resources?.[logicalId];
    if (resource === undefined)
      throw new UserError(`there is no resource or parameter ${logicalId}`);
    const property = (name: string): string | undefined => {
      const value = evaluate(resource.Properties?.[name], this);
      return value === undefined || value === NO_VALUE ? undefined : asText(value);
    };
    const identity = identityOf(resource.Type, logicalId, property, this.place);
    this.identities.set(logicalId, identity);
    return identity;
  }

  private present(): [string, NonNullable<Template['Resources']>[string]][] {
    return Object.entries(this.template.Resources ?? {}).filter(
      ([, { Condition }]) => Condition === undefined || this.condition(Condition),
    );
  }

  private presentOutputs(): [string, NonNullable<Template['Outputs']>[string]][] {
    return Object.entries(this.template.Outputs ?? {}).filter(
      ([, { Condition }]) => Condition === undefined || this.condition(Condition),
    );
  }

  /** Adds to an error what of the stack it is about. */
  private explain<T>(what: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(
        `unable to read ${what} of stack ${this.place.stackName}; ${error.message}`,
      );
    }
  }
}
