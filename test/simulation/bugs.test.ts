import { readFileSync } from 'node:fs';
import { apply } from './bundle.ts';
import { BUGS } from './bugs.ts';

/** Whether they are caught is seen in the full set; that they still are about the code, here. */
it.each(BUGS)('still finds what it changes: $name', ({ patches }) => {
  for (const patch of patches) {
    const text = readFileSync(patch.file, 'utf8');
    expect(apply(text, patch)).not.toBe(text);
  }
});
