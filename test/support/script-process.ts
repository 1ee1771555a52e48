import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from './until.ts';

const project = resolve(__dirname, '..', '..');
const tsx = pathToFileURL(join(project, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href;

/** A program of the project, in TypeScript, as a process of its own. */
export class ScriptProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  private closed = false;
  private readonly closing: Promise<number | null>;

  /** @param script its path in the project */
  constructor(script: string, args: readonly string[] = [], cwd = project) {
    this.child = spawn(process.execPath, ['--import', tsx, join(project, script), ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    // Not when it exits: what it printed last may come after that.
    this.closing = new Promise((settle) => {
      this.child.once('close', (code) => {
        this.closed = true;
        settle(code);
      });
    });
  }

  /** Waits until it has printed this. Rejects with what it printed instead if it ends before, or never does. */
  async printed(what: RegExp): Promise<RegExpExecArray> {
    return until(() => {
      const found = what.exec(this.stdout) ?? what.exec(this.stderr);
      if (found === null && this.closed) throw new Error(`it ended: ${this.stdout}${this.stderr}`);
      return found;
    }).catch((error: unknown) => {
      const said = `${this.stdout}${this.stderr}`;
      throw new Error(`unable to find ${String(what)}; it printed: ${said}`, { cause: error });
    });
  }

  /** Waits until it has ended, and answers the exit code; `null` if a signal ended it. */
  async ended(): Promise<number | null> {
    return this.closing;
  }

  /** Ends it, and waits until it has. Nothing if it has ended already. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    this.child.kill(signal);
    return this.closing;
  }
}
