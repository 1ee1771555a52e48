import { credentialsOf } from '../lambda/credentials.ts';
import type { PolicyStatement, Resources } from '../assembly/resources.ts';
import type { AwsRequest } from './service.ts';

/**
 * What the runner itself (and a developer's own client) signs with: every right, as an account's root user. By custom
 * of all emulators.
 */
export const ROOT_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

/** Who signed a call. */
export interface Caller {
  /** The function's, or `root`. */
  readonly name: string;
  /** As AWS names it in errors: `arn:aws:sts::123456789012:assumed-role/Role/Function`. */
  readonly arn: string;
  /** What it signs with: presigned links and forms are checked by it. */
  readonly secretAccessKey: string;
  /** What goes with it, if its credentials are a role's. */
  readonly sessionToken?: string;
  /** As SQS gives it in `SenderId`: `AROA…:Function`. */
  readonly senderId: string;
  /** Absent for the root key, which may do everything. */
  readonly statements?: readonly PolicyStatement[];
}

/** The credential of a signature: `accessKeyId/date/region/service/aws4_request`. */
export interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** Every key that the local cloud knows: the root's, and one for each function of the template. */
export function callersOf(resources: Resources): ReadonlyMap<string, Caller> {
  const callers = new Map<string, Caller>();
  callers.set(ROOT_CREDENTIALS.accessKeyId, {
    name: 'root',
    arn: `arn:aws:iam::${resources.account}:root`,
    secretAccessKey: ROOT_CREDENTIALS.secretAccessKey,
    senderId: resources.account,
  });
  for (const fn of resources.functions) {
    const role = resources.roles.find((candidate) => candidate.arn === fn.roleArn);
    const roleName = fn.roleArn.slice(fn.roleArn.lastIndexOf('/') + 1);
    const { accessKeyId, secretAccessKey, sessionToken } = credentialsOf(fn.arn);
    callers.set(accessKeyId, {
      name: fn.name,
      arn: `arn:aws:sts::${resources.account}:assumed-role/${roleName}/${fn.name}`,
      secretAccessKey,
      sessionToken,
      senderId: `AROA${accessKeyId.slice(4)}:${fn.name}`,
      // A function without a role in the template has no rights at all.
      statements: role?.statements ?? [],
    });
  }
  return callers;
}

/**
 * The credential that a request is signed with: in the `Authorization` header, in a presigned URL's query, or in
 * the form field of a presigned POST. A client's own signature is not verified: this is one machine, and the key
 * says who is calling. What was signed for somebody else to use (a link, a form) is, by the service it is for.
 */
export function readCredential(request: AwsRequest): Credential | undefined {
  const text =
    /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ??
    credentialOfQuery(request.url) ??
    credentialOfForm(request);
  if (text === undefined) return undefined;
  const parts = text.split('/');
  const [accessKeyId = '', , region = '', service = ''] = parts;
  return parts.length === 5 && accessKeyId !== '' ? { accessKeyId, region, service } : undefined;
}

function credentialOfQuery(url: string): string | undefined {
  const at = url.indexOf('?');
  if (at < 0) return undefined;
  return new URLSearchParams(url.slice(at)).get('X-Amz-Credential') ?? undefined;
}

function credentialOfForm(request: AwsRequest): string | undefined {
  if (!(request.headers['content-type'] ?? '').startsWith('multipart/form-data')) return undefined;
  const head = request.body.subarray(0, 65_536).toString('latin1');
  return /name="x-amz-credential"\r\n\r\n([^\r\n]+)/i.exec(head)?.[1];
}
