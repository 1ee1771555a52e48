import type {
  AttachmentStore,
  DownloadTerms,
  KeptFile,
  UploadForm,
  UploadTerms,
} from '../../lambdas/core/ports.ts';
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
  readonly #links = new Map<
    string,
    DownloadTerms & { readonly key: string; readonly until: number }
  >();
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

  keep(attachmentId: string, file: KeptFile): Promise<void> {
    return gated(this.#gates, call('keep', attachmentId, file), () => {
      const upload = this.#objects.get(`uploads/${attachmentId}`);
      if (upload === undefined) throw new Error('unable to copy a file; it is not there');
      this.#objects.set(keyOf(file), upload);
    });
  }

  signDownload(file: KeptFile, terms: DownloadTerms): Promise<string> {
    return gated(this.#gates, call('signDownload', file, terms), () => {
      const until = this.#clock.now() + terms.seconds * 1_000;
      const signature = this.#links.size + 1;
      const link = `https://files.example.com/${file.attachmentId}?X-Amz-Signature=${signature}`;
      this.#links.set(link, { ...terms, key: keyOf(file), until });
      return link;
    });
  }

  removeUpload(attachmentId: string): Promise<void> {
    return gated(this.#gates, call('removeUpload', attachmentId), () => {
      this.#objects.delete(`uploads/${attachmentId}`);
    });
  }

  removeKept(file: KeptFile): Promise<void> {
    return gated(this.#gates, call('removeKept', file), () => {
      this.#objects.delete(keyOf(file));
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

  /** A client follows a link. `undefined` if there is nothing, or nothing any more. */
  get(link: string): (MemoryObject & { readonly disposition: string }) | undefined {
    const signed = this.#links.get(link);
    if (signed === undefined || this.#clock.now() > signed.until) return undefined;
    const object = this.#objects.get(signed.key);
    if (object === undefined) return undefined;
    return { bytes: object.bytes, mediaType: signed.mediaType, disposition: signed.disposition };
  }

  /** The keys of everything that is there. */
  get keys(): readonly string[] {
    return [...this.#objects.keys()];
  }
}

function keyOf({ conversationId, owner, attachmentId }: KeptFile): string {
  return `kept/${conversationId}/${owner}/${attachmentId}`;
}

function call(method: string, ...args: readonly unknown[]): PortCall {
  return { port: 'attachments', method, args };
}
