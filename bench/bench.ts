import { benchMessages } from './messages.ts';

/** Every bench by its name: it measures, and answers its result as Markdown. */
const BENCHES: Readonly<Record<string, () => Promise<string>>> = {
  messages: benchMessages,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  const names = Object.keys(BENCHES).join(', ');
  console.error(`unable to run ${unknown.join(', ')}; the benches are: ${names}`);
  process.exitCode = 1;
} else {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (asked.length === 0 || asked.includes(name)) console.log(`## ${name}\n\n${await bench()}`);
  }
}
