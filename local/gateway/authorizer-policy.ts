import type { PolicyStatement } from '../assembly/resources.ts';
import { isRecord } from './is-record.ts';

const VERSIONS: readonly unknown[] = [undefined, '2012-10-17', '2008-10-17'];

/** Reads the policy document that an authorizer returned; `undefined` when API Gateway could not. */
export function readPolicy(document: unknown): readonly PolicyStatement[] | undefined {
  if (!isRecord(document) || !VERSIONS.includes(document['Version'])) return undefined;
  const raw = document['Statement'];
  const statements = (Array.isArray(raw) ? raw : [raw]).map(readStatement);
  return statements.every((one) => one !== undefined) ? statements : undefined;
}

function readStatement(raw: unknown): PolicyStatement | undefined {
  if (!isRecord(raw)) return undefined;
  const { Effect: effect, Condition: conditions = {} } = raw;
  if ((effect !== 'Allow' && effect !== 'Deny') || !isConditions(conditions)) return undefined;
  const actions = listOf(raw['Action']);
  const notActions = listOf(raw['NotAction']);
  const resources = listOf(raw['Resource']);
  const notResources = listOf(raw['NotResource']);
  if (!actions || !notActions || !resources || !notResources) return undefined;
  if (!isEither(actions, notActions) || !isEither(resources, notResources)) return undefined;
  return { effect, actions, notActions, resources, notResources, conditions };
}

/** A string or a list of strings; empty when absent, `undefined` when it is something else. */
function listOf(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value)
    ? value
    : value === undefined
      ? []
      : [value];
  return list.every((one) => typeof one === 'string') ? list : undefined;
}

/** Of `Action` and `NotAction`, and of `Resource` and `NotResource`, a statement has exactly one. */
function isEither(...forms: readonly (readonly string[])[]): boolean {
  return forms.filter((form) => form.length > 0).length === 1;
}

function isConditions(value: unknown): value is PolicyStatement['conditions'] {
  return isRecord(value) && Object.values(value).every(isRecord);
}
