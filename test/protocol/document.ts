import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A code block of the document: ```json request, answer, event or signal (somebody else gets it) or example. */
export interface Block {
  readonly kind: 'request' | 'answer' | 'event' | 'signal' | 'example';
  /** Of a request: whose it is, where the block names somebody. */
  readonly asker?: string;
  readonly text: string;
}

export interface Table {
  /** The first row, as it stands. */
  readonly header: readonly string[];
  /** The others; a cell that begins with code is that code alone. */
  readonly rows: readonly (readonly string[])[];
}

export interface Section {
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly tables: readonly Table[];
}

/** docs/PROTOCOL.md. */
export const DOCUMENT = readFileSync(join(__dirname, '..', '..', 'docs', 'PROTOCOL.md'), 'utf8');

const SECTION = /^## (.+)$/m;
const BLOCK = /^```json (request|answer|event|signal|example)(?: (\w+))?\n([\s\S]*?)^```$/gm;
const TABLE = /(?:^\|.*\|\n)+/gm;

/** The document by its sections, in their order. */
export function readSections(): Section[] {
  const [, ...parts] = DOCUMENT.split(SECTION);
  return parts.flatMap((name, index) => {
    if (index % 2 === 1) return [];
    const body = parts[index + 1] ?? '';
    const blocks = [...body.matchAll(BLOCK)].map(([, kind, asker, json]): Block => ({
      kind: kind as Block['kind'],
      ...(asker !== undefined && { asker }),
      text: json ?? '',
    }));
    const tables = [...body.matchAll(TABLE)].map(([table]) => tableOf(table));
    return [{ name, text: body, blocks, tables }];
  });
}

/** @throws Error when the document has no such section */
export function sectionOf(sections: readonly Section[], name: string): Section {
  const section = sections.find((candidate) => candidate.name === name);
  if (section === undefined) throw new Error(`docs/PROTOCOL.md has no section "## ${name}"`);
  return section;
}

/** The tables of a section whose first column is headed so. */
export function tablesOf(section: Section, heading: string): Table[] {
  return section.tables.filter(({ header }) => header[0] === heading);
}

function tableOf(text: string): Table {
  const [header = [], , ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.split('|').slice(1, -1).map(cellOf));
  return { header, rows };
}

function cellOf(text: string): string {
  const cell = text.trim();
  return /^`([^`]+)`/.exec(cell)?.[1] ?? cell;
}
