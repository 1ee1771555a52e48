import type { Attachment } from '../../protocol/attachment.ts';

/**
 * What a browser may show by itself. Everything else is only saved, and has no type that means anything: a page or a
 * drawing with a script in it would run in the name of the bucket. S3 cannot say `nosniff`.
 */
const SHOWN: ReadonlySet<string> = new Set([
  'image/avif',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp',
  'audio/aac',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/webm',
  'video/mp4',
  'video/webm',
]);
const MEANINGLESS = 'application/octet-stream';

/** What the answer to a download says of the file (RFC 6266). */
export function downloadHeaders({ name, mediaType }: Pick<Attachment, 'name' | 'mediaType'>) {
  const isShown = SHOWN.has(mediaType);
  return {
    mediaType: isShown ? mediaType : MEANINGLESS,
    disposition: `${isShown ? 'inline' : 'attachment'}; ${fileNameParameters(name)}`,
  };
}

/** Twice: for who knows UTF-8, and for who does not. What separates folders is no part of a name. */
function fileNameParameters(name: string): string {
  const flat = name.replaceAll(/[/\\]/g, '_');
  const plain = flat.replaceAll(/[^\x20-\x7e]|["%]/g, '_');
  const encoded = encodeURIComponent(flat).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${plain}"; filename*=UTF-8''${encoded}`;
}
