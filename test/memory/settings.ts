import { DEFAULT_LIMITS } from '../../protocol/settable-limits.ts';
import type { ChatSettings } from '../../lambdas/core/ports.ts';

/** As a stack has them that was told nothing. */
export const SETTINGS: ChatSettings = {
  generation: 1,
  attachmentBytes: 100 * 1024 * 1024,
  limits: DEFAULT_LIMITS,
};
