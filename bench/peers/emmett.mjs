// Appends one event a stream through emmett-postgresql with so many writers; prints events a second.
//   node emmett.mjs CONNECTION_STRING SECONDS WRITERS
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import { randomUUID } from 'node:crypto';

const [dsn, seconds, writers] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const note = 'x'.repeat(570);
const store = getPostgreSQLEventStore(dsn);
await store.appendToStream(`warm-${randomUUID()}`, [{ type: 'case.bench', data: { note } }]);

let count = 0;
const end = performance.now() + seconds * 1000;
const began = performance.now();
await Promise.all(
  Array.from({ length: writers }, async () => {
    while (performance.now() < end) {
      await store.appendToStream(`case-${randomUUID()}`, [{ type: 'case.bench', data: { note } }]);
      count += 1;
    }
  }),
);
console.log(count / ((performance.now() - began) / 1000));
await store.close();
