import type { Download, GetDownload } from '../../protocol/get-download.ts';
import type { Caller } from './caller.ts';
import { downloadHeaders } from './download-headers.ts';
import { keptFile } from './kept-file.ts';
import { isWithin, visibleRanges } from './membership.ts';
import type { Ports } from './ports.ts';
import { readMessage } from './read-message.ts';
import { Refusal } from './refusal.ts';

/** A link is good for so long: enough to begin a download, too little to pass it on by much. */
const LINK_SECONDS = 10 * 60;

/** PROTOCOL §get_download. */
export async function getDownload(
  ports: Ports,
  caller: Caller,
  request: GetDownload,
): Promise<Download> {
  const { head, member, message } = await readMessage(ports, caller, request);
  const { attachmentId } = request;
  // As the message is rendered: what changed it last must be the reader's, too.
  const isShown = isWithin(visibleRanges(member, head), message.lastSeq ?? message.seq);
  const attachment = message.attachments?.find((one) => one.attachmentId === attachmentId);
  if (!isShown || attachment === undefined) throw new Refusal('attachment_not_found');
  const seconds = LINK_SECONDS;
  const url = await ports.attachments.signDownload(keptFile(message, attachmentId), {
    ...downloadHeaders(attachment),
    seconds,
  });
  const expiresAt = ports.clock.now() + seconds * 1_000;
  return { type: 'download', attachmentId, url, expiresAt };
}
