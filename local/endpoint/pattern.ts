/** `*` stands for any run of characters, `/` and `:` included, `?` for exactly one. Linear space, no regular expressions. */
export function matchesPattern(pattern: string, value: string): boolean {
  let p = 0;
  let v = 0;
  let star = -1;
  let resume = 0;
  while (v < value.length) {
    const char = pattern[p];
    if (char === '*') {
      star = p;
      resume = v;
      p += 1;
    } else if (p < pattern.length && (char === '?' || char === value[v])) {
      p += 1;
      v += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      v = resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/**
 * An ARN's six parts are matched one by one: a wildcard crosses `/` and, in the last part, `:`, but never
 * from one part into the next. A pattern with fewer parts (`*`) is matched as a whole.
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const patternParts = partsOf(pattern);
  const arnParts = partsOf(arn);
  if (patternParts.length < 6 || arnParts.length < 6) return matchesPattern(pattern, arn);
  return patternParts.every((part, at) => matchesPattern(part, arnParts[at] ?? ''));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
