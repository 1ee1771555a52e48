import type { CorsRule } from '../assembly/resources.ts';
import { AwsError } from '../endpoint/aws-error.ts';
import { matchesPattern } from '../endpoint/pattern.ts';
import type { AwsAnswer, AwsRequest } from '../endpoint/service.ts';

const NOT_ALLOWED =
  "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

/**
 * The answer to a browser that asks whether a page may ask. Source: S3 User Guide, "Using cross-origin resource sharing".
 * @throws AwsError if no rule allows it
 */
export function preflight(rules: readonly CorsRule[], request: AwsRequest): AwsAnswer {
  const origin = headerOf(request, 'origin');
  if (origin === undefined) {
    throw new AwsError(
      'BadRequest',
      'Insufficient information. Origin request header needed.',
      400,
    );
  }
  if (rules.length === 0) {
    throw new AwsError(
      'AccessForbidden',
      'CORSResponse: CORS is not enabled for this bucket.',
      403,
    );
  }
  const method = headerOf(request, 'access-control-request-method') ?? '';
  const asked = headerOf(request, 'access-control-request-headers') ?? '';
  const headers = asked === '' ? [] : asked.split(',').map((header) => header.trim().toLowerCase());
  const rule = rules.find(
    (candidate) =>
      allows(candidate, origin, method) &&
      headers.every((header) =>
        candidate.headers.some((pattern) => matchesPattern(pattern.toLowerCase(), header)),
      ),
  );
  if (rule === undefined) throw new AwsError('AccessForbidden', NOT_ALLOWED, 403);
  return {
    status: 200,
    headers: {
      ...headersOf(rule, origin),
      ...(asked === '' ? {} : { 'access-control-allow-headers': headers.join(', ') }),
    },
    body: '',
  };
}

/** What lets a page of another origin see an answer; nothing if no rule does. */
export function corsHeaders(
  rules: readonly CorsRule[],
  request: AwsRequest,
): Readonly<Record<string, string>> {
  const origin = headerOf(request, 'origin');
  if (origin === undefined) return {};
  const rule = rules.find((candidate) => allows(candidate, origin, request.method));
  return rule === undefined ? {} : headersOf(rule, origin);
}

function allows({ origins, methods }: CorsRule, origin: string, method: string): boolean {
  return methods.includes(method) && origins.some((pattern) => matchesPattern(pattern, origin));
}

function headersOf(rule: CorsRule, origin: string): Readonly<Record<string, string>> {
  const anybody = rule.origins.includes('*');
  return {
    'access-control-allow-origin': anybody ? '*' : origin,
    'access-control-allow-methods': rule.methods.join(', '),
    ...(anybody ? {} : { 'access-control-allow-credentials': 'true' }),
    ...(rule.exposedHeaders.length === 0
      ? {}
      : { 'access-control-expose-headers': rule.exposedHeaders.join(', ') }),
    ...(rule.maxAgeSeconds === undefined
      ? {}
      : { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

function headerOf({ headers }: AwsRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
