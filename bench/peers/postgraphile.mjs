// PostGraphile 5 over the read models, as the API role, with the signed scope of one person opened once a transaction
// (sec.open, prepared, as Yidang's own reads do): the same row rules in PostgreSQL, checked once and at the same cost.
//   node postgraphile.mjs CONNECTION_STRING PORT SETTINGS_FILE
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import * as pg from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { jsonPgSmartTags } from 'postgraphile/utils';

const [dsn, port, settings] = process.argv.slice(2);
const scope = JSON.parse(readFileSync(settings, 'utf8'));
const child = '(child_id) references read.child (child_id)|@fieldName child';
const tags = {
  version: 1,
  config: {
    class: {
      'read.work_item': { tags: { foreignKey: `${child}|@foreignFieldName workItems` } },
      'read.timeline_of_child': { tags: { foreignKey: `${child}|@foreignFieldName lines` } },
    },
  },
};
const opening = {
  name: 'open',
  text: 'select sec.open($1, $2, $3, $4)',
  values: ['scope', 'actor', 'expires', 'sig'].map((name) => scope[`app.${name}`]),
};
// Its own adaptor would set each setting by hand, which row security then has to check at every question.
const adaptor = {
  createWithPgClient(...given) {
    const inner = pg.createWithPgClient(...given);
    const opened = (settings, answer) =>
      inner(null, settings ? (client) => client.withTransaction((begun) => begun.query(opening).then(() => answer(begun))) : answer);
    opened.release = () => inner.release();
    return opened;
  },
};
const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [jsonPgSmartTags(tags)],
  disablePlugins: ['PgIndexBehaviorsPlugin'], // conditions on columns that only stand inside an index
  pgServices: [{ ...pg.makePgService({ connectionString: dsn, schemas: ['read'], poolConfig: { max: 8 } }), adaptor }],
  grafast: { context: () => ({ pgSettings: scope }) },
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  gather: { pgJwtTypes: [] },
};
const instance = postgraphile(preset);
const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(Number(port), '127.0.0.1');
