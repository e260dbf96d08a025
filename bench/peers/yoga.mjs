// graphql-yoga with graphql-jit, dataloaders and pg, as their documentation shows them.
//   node yoga.mjs CONNECTION_STRING PORT
import { createServer } from 'node:http';
import DataLoader from 'dataloader';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { createSchema, createYoga } from 'graphql-yoga';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.argv[2], max: 8 });
for (const oid of [1082, 1184]) pg.types.setTypeParser(oid, (v) => v);
pg.types.setTypeParser(20, Number);
const camel = (row) =>
  Object.fromEntries(Object.entries(row).map(([k, v]) => [k.replace(/_(.)/g, (_, c) => c.toUpperCase()), v]));
const rows = async (text, values) => (await pool.query({ name: text.slice(0, 60), text, values })).rows.map(camel);
const by = (key, found, ids) => ids.map((id) => found.filter((row) => row[key] === id));

const schema = createSchema({
  typeDefs: /* GraphQL */ `
    scalar UUID
    type Line { position: Float! name: String! occurredAt: String! recordedAt: String! actorRole: String! actorUnitId: UUID }
    type Lines { nodes: [Line!]! }
    type Task { taskId: UUID! queue: String! status: String! isOpen: Boolean! dueAt: String! dueBasis: String! escalation: Float! clauses: [String!]! child: Child }
    type Tasks { nodes: [Task!]! }
    type Child { childId: UUID! name: String sex: String birthOn: String fileStatus: String! categories: [String!]! cadence: String!
      responsiblePersonId: UUID nextContactOn: String nextHomeVisitOn: String lastContactOn: String tier: String
      workItems: [Task!]! timeline(first: Int!): Lines! }
    type Query { child(id: UUID!): Child workQueue(unit: UUID!, queue: String!, first: Int!): Tasks! }
  `,
  resolvers: {
    Query: {
      child: (_, { id }, { child }) => child.load(id),
      workQueue: async (_, { unit, queue, first }) => ({
        nodes: await rows(
          'select * from read.work_item where owner_unit_id = $1 and queue = $2 and is_open order by precedence, due_at, task_id limit $3',
          [unit, queue, first],
        ),
      }),
    },
    Task: { child: (task, _, { child }) => (task.childId ? child.load(task.childId) : null) },
    Child: {
      workItems: (c, _, { work }) => work.load(c.childId),
      timeline: async (c, { first }) => ({
        nodes: await rows(
          'select * from read.timeline_of_child where child_id = $1 order by position desc limit $2',
          [c.childId, first],
        ),
      }),
    },
  },
});

const compiled = new Map();
const jit = {
  onExecute({ args, setExecuteFn }) {
    setExecuteFn(async () => {
      let query = compiled.get(args.document);
      if (!query) {
        query = compileQuery(args.schema, args.document, args.operationName ?? '');
        if (!isCompiledQuery(query)) return query;
        compiled.set(args.document, query);
      }
      return query.query(args.rootValue, args.contextValue, args.variableValues);
    });
  },
};
const loaders = () => ({
  child: new DataLoader(async (ids) =>
    by('childId', await rows('select * from read.child left join read.child_p4 using (child_id) where child_id = any($1)', [ids]), ids).map(([c]) => c ?? null),
  ),
  work: new DataLoader(async (ids) =>
    by('childId', await rows('select * from read.work_item where child_id = any($1) order by is_open desc, due_at, task_id', [ids]), ids),
  ),
});
const yoga = createYoga({ schema, plugins: [jit], context: loaders, logging: false, maskedErrors: false, landingPage: false });
createServer(yoga).listen(Number(process.argv[3]), '127.0.0.1');
