// Holds AsyncAPI documents to the specification: node check.mjs FILE... Fails on errors and warnings; the rest is only shown.
import {readFileSync} from 'node:fs';

import {Parser} from '@asyncapi/parser';

const WARNING = 1;  // errors are 0, what is only worth knowing is 2 and 3
const files = process.argv.slice(2);
let failed = files.length === 0;
for (const file of files) {
  const {document, diagnostics} = await new Parser().parse(readFileSync(file, 'utf8'), {source: file});
  for (const {severity, path, message} of diagnostics) {
    console.log(`${file}: ${severity <= WARNING ? 'error' : 'note'}: ${path.join('.') || 'document'}: ${message}`);
  }
  failed ||= document === undefined || diagnostics.some(({severity}) => severity <= WARNING);
  if (document !== undefined) {
    console.log(`${file}: ${document.operations().length} operations, ${document.messages().length} messages`);
  }
}
process.exit(failed ? 1 : 0);
