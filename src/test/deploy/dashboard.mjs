// Writes the dashboard down as TypeScript, so that the compiler holds it against Grafana's types.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const dashboard = readFileSync('../../../deploy/grafana/dashboard.json', 'utf8');
mkdirSync('generated', { recursive: true });
writeFileSync(
  'generated/dashboard.ts',
  `import type { Dashboard } from '@grafana/schema';

// a document has the text of an enumeration, not its constant
type Json<T> = T extends string ? \`\${T}\`
  : T extends (infer E)[] ? Json<E>[]
  : T extends object ? { [K in keyof T]: Json<T[K]> }
  : T;

export const dashboard: Json<Dashboard> = ${dashboard};
`,
);
