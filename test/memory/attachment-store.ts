import type { AttachmentStore, UploadForm, UploadTerms } from '../../lambdas/core/ports.ts';
import type { UploadNotice } from '../../lambdas/core/confirm-uploads.ts';
import type { MemoryClock } from './clock.ts';
import { gated, OPEN_GATES } from './gates.ts';
import type { Gates, PortCall } from './gates.ts';

/** What the form of a presigned POST says in a form of its own; nobody reads it. */
const POLICY = 'eyJleHBpcmF0aW9uIjoi…';

interface SignedTerms extends UploadTerms {
  readonly until: number;
}

export interface MemoryObject {
  readonly mediaType: string;
  readonly bytes: number;
}

/** The bucket, and the queue that it tells of uploads. */
export class MemoryAttachmentStore implements AttachmentStore {
  readonly #clock: MemoryClock;
  readonly #gates: Gates;
  readonly #signed = new Map<string, SignedTerms>();
  readonly #objects = new Map<string, MemoryObject>();
  #notices: UploadNotice[] = [];
  #told = 0;

  constructor(clock: MemoryClock, gates: Gates = OPEN_GATES) {
    this.#clock = clock;
    this.#gates = gates;
  }

  signUpload(terms: UploadTerms): Promise<UploadForm> {
    return gated(this.#gates, call('signUpload', terms), () => {
      const key = `uploads/${terms.attachmentId}`;
      this.#signed.set(key, { ...terms, until: this.#clock.now() + terms.seconds * 1_000 });
      const fields = { key, 'Content-Type': terms.mediaType, Policy: POLICY };
      return { url: 'https://files.example.com/', fields };
    });
  }

  // ── What clients and a test do and see ─────────────────────────────────────────────────────────

  /** A client sends a form with a file of that size. Answers whether the bucket took it. */
  post({ fields }: Pick<UploadForm, 'fields'>, bytes: number): boolean {
    const { key = '', 'Content-Type': mediaType = '' } = fields;
    const terms = this.#signed.get(key);
    const fits = terms?.bytes === bytes && terms.mediaType === mediaType;
    if (!fits || this.#clock.now() > terms.until) return false;
    this.#objects.set(key, { mediaType, bytes });
    this.#told += 1;
    const { attachmentId } = terms;
    this.#notices.push({ messageId: `notice-${this.#told}`, files: [{ attachmentId, bytes }] });
    return true;
  }

  /** The notices that wait, as the poller takes them. */
  receive(): readonly UploadNotice[] {
    return this.#notices;
  }

  remove(messageId: string): void {
    this.#notices = this.#notices.filter((notice) => notice.messageId !== messageId);
  }

  object(key: string): MemoryObject | undefined {
    return this.#objects.get(key);
  }
}

function call(method: string, ...args: readonly unknown[]): PortCall {
  return { port: 'attachments', method, args };
}
