import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The ids of all processes below one. */
export function descendants(pid: number): readonly number[] {
  return below(pid, processes());
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
}

function below(pid: number, all: readonly ProcessEntry[]): readonly number[] {
  const children = all.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child.pid, ...below(child.pid, all)]);
}

/** From `/proc`, since a small Linux has no `ps`; else from `ps`. */
function processes(): readonly ProcessEntry[] {
  if (process.platform !== 'linux') {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim();
    return rows.split('\n').map((row) => {
      const [pid = 0, parent = 0] = row.trim().split(/\s+/).map(Number);
      return { pid, parent };
    });
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        return [{ pid: Number(name), parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}
