import { readFileSync } from 'node:fs';

/** Whether a process runs. A zombie, which a container without an init process leaves behind, has ended too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
