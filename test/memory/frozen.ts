/** A copy that shares nothing with `value` and that nobody can change: rows leave and enter the stores so. */
export function frozen<Value>(value: Value): Value {
  return deepFreeze(structuredClone(value));
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) {
      deepFreeze(part);
    }
    Object.freeze(value);
  }
  return value;
}
