/** The bucket of files. What is signed here is no call: it is carried out by whoever has it, with our rights. */
export interface AttachmentStore {
  /** A form by which whoever has it may store one file, of exactly this type and size, until then. */
  signUpload(upload: UploadTerms): Promise<UploadForm>;
  /** Copies an upload to where its message has it, whether it is there already or not. */
  keep(attachmentId: string, file: KeptFile): Promise<void>;
  /** A link by which whoever has it may get a kept file, until then. */
  signDownload(file: KeptFile, terms: DownloadTerms): Promise<string>;
  /** Deletes an upload, if it is there. */
  removeUpload(attachmentId: string): Promise<void>;
  /** Deletes a kept file, if it is there. */
  removeKept(file: KeptFile): Promise<void>;
}

/** Where a file of a message is: each message has its own copy, so that it goes with the message and no sooner. */
export interface KeptFile {
  readonly conversationId: string;
  /** Of the message: its sender's word for it, which it has before it has a place. */
  readonly owner: string;
  readonly attachmentId: string;
}

export interface DownloadTerms {
  /** What the answer is to say of the file: `Content-Type` and `Content-Disposition`. */
  readonly mediaType: string;
  readonly disposition: string;
  /** Seconds from now. */
  readonly seconds: number;
}

export interface UploadTerms {
  readonly attachmentId: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Seconds from now. */
  readonly seconds: number;
}

/** A form of `multipart/form-data`: where to, and what stands in it before the file. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}
