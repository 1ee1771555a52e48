import * as z from 'zod';
import { readReceipt } from './mark-read.ts';

/**
 * What is told directly and best effort, to whoever is connected at that moment: it is no event of a log, has no
 * number, and is told once.
 */
export const signal = z.discriminatedUnion('type', [readReceipt]);
export type Signal = z.infer<typeof signal>;
