// adapters.mjs: what run.mjs asks of a client, in the client's own words. Each opens its
// module of docs/clients.md. A workflow is an object with the names of columns in camel case.

const camel = { account_id: 'accountId', workflow_id: 'workflowId', workspace_id: 'workspaceId', default_enabled: 'defaultEnabled',
  created_by: 'createdBy', run_as: 'runAs', live_version: 'liveVersion' }
const snake = Object.fromEntries(Object.entries(camel).map(([column, name]) => [name, column]))
const renamed = (row, names) => row && Object.fromEntries(Object.entries(row).map(([key, value]) => [names[key] ?? key, value]))
const columns = ['account_id', 'workflow_id', 'workspace_id', 'name', 'visibility', 'status', 'condition', 'hidden', 'default_enabled', 'created_by', 'run_as', 'live_version']
const setting = 'SELECT workflow_perms.set_principal($1, $2)'
const rollback = Symbol('rollback')
const rolledBack = promise => promise.catch(error => { if (error !== rollback) throw error })

// tester(): the connection of the login role that may change the principal within a transaction.
const tester = { user: 'tester' }

async function nodePostgres() {
  const { default: pg } = await import('pg')
  const { pool, setTypes, withPrincipal } = await import('./db.mjs')
  pool.options.max = 2
  await setTypes()
  const values = row => columns.map(column => row[camel[column] ?? column])
  const places = columns.map((_, i) => `$${i + 1}`)
  const assigned = columns.slice(2).map((column, i) => `${column} = $${i + 3}`)
  const ids = rows => rows.map(row => row.workflow_id)
  return {
    as: withPrincipal,
    bare: work => work(pool),
    async asTester(work) {
      const client = new pg.Client(tester)
      await client.connect()
      await client.query('BEGIN')
      await work(client, (account, user) => client.query(setting, [account, user]))
      await client.query('ROLLBACK')
      await client.end()
    },
    // Prepared: a statement with a name is kept by the connection.
    list: async tx => ids((await tx.query({ name: 'list', text: 'SELECT workflow_id FROM workflow_perms.workflows ORDER BY workflow_id' })).rows),
    check: async (tx, id) => Object.values((await tx.query({ name: 'check', text: 'SELECT workflow_perms.can_view($1::text) AS v, workflow_perms.can_edit($1::text) AS e', values: [id] })).rows[0]),
    find: async (tx, id) => renamed((await tx.query('SELECT * FROM workflow_perms.workflows WHERE workflow_id = $1', [id])).rows[0], camel),
    insert: (tx, row) => tx.query(`INSERT INTO workflow_perms.workflows (${columns}) VALUES (${places.map((place, i) => row[camel[columns[i]] ?? columns[i]] === undefined ? 'DEFAULT' : place)})`
      .replace(/\$\d+/g, (n => () => `$${++n}`)(0)), values(row).filter(value => value !== undefined)),
    save: (tx, row, changes) => tx.query(`UPDATE workflow_perms.workflows SET ${assigned} WHERE (account_id, workflow_id) = ($1, $2)`, values({ ...row, ...changes })),
    upsert: (tx, row) => tx.query(`INSERT INTO workflow_perms.workflows (account_id, workflow_id, workspace_id, name) VALUES ($1, $2, $3, $4)
      ON CONFLICT (account_id, workflow_id) DO UPDATE SET name = EXCLUDED.name`, [row.accountId, row.workflowId, row.workspaceId, row.name]),
    roles: async tx => (await tx.query('SELECT creator_roles FROM workflow_perms.accounts')).rows[0].creator_roles,
    execute: (tx, statement) => tx.query(statement),
    close: () => pool.end()
  }
}

async function drizzle() {
  const { default: pg } = await import('pg')
  const { pool, setTypes } = await import('./db.mjs')
  const { accounts, db, withPrincipal, workflows } = await import('./drizzle.mjs')
  const { eq, sql } = await import('drizzle-orm')
  const orm = await import('drizzle-orm/node-postgres')
  pool.options.max = 2
  await setTypes()
  return {
    as: withPrincipal,
    bare: work => work(db),
    async asTester(work) {
      const client = new pg.Pool(tester)
      await rolledBack(orm.drizzle(client).transaction(async tx => {
        await work(tx, (account, user) => tx.execute(sql`SELECT workflow_perms.set_principal(${account}, ${user})`))
        throw rollback
      }))
      await client.end()
    },
    list: async tx => (await tx.select({ id: workflows.workflowId }).from(workflows).orderBy(workflows.workflowId)).map(row => row.id),
    check: async (tx, id) => Object.values((await tx.execute(sql`SELECT workflow_perms.can_view(${id}::text) AS v, workflow_perms.can_edit(${id}::text) AS e`)).rows[0]),
    find: async (tx, id) => (await tx.select().from(workflows).where(eq(workflows.workflowId, id)))[0],
    insert: (tx, row) => tx.insert(workflows).values(row).returning(),
    save: (tx, row, changes) => tx.update(workflows).set({ ...row, ...changes }).where(eq(workflows.workflowId, row.workflowId)),
    upsert: (tx, row) => tx.insert(workflows).values(row).onConflictDoUpdate({ target: [workflows.accountId, workflows.workflowId], set: { name: row.name } }),
    roles: async tx => (await tx.select().from(accounts))[0].creatorRoles,
    execute: (tx, statement) => tx.execute(sql.raw(statement)),
    close: () => pool.end()
  }
}

async function prisma() {
  const { prisma: client, withPrincipal } = await import('./prisma.mjs')
  const { PrismaClient } = await import('@prisma/client')
  const { PrismaPg } = await import('@prisma/adapter-pg')
  const plain = row => renamed(row, snake)
  const key = row => ({ account_id_workflow_id: { account_id: row.accountId, workflow_id: row.workflowId } })
  return {
    as: withPrincipal,
    bare: work => work(client),
    async asTester(work) {
      const own = new PrismaClient({ adapter: new PrismaPg(tester) })
      await rolledBack(own.$transaction(async tx => {
        await work(tx, (account, user) => tx.$executeRaw`SELECT workflow_perms.set_principal(${account}, ${user})`)
        throw rollback
      }))
      await own.$disconnect()
    },
    list: async tx => (await tx.workflows.findMany({ select: { workflow_id: true }, orderBy: { workflow_id: 'asc' } })).map(row => row.workflow_id),
    check: async (tx, id) => Object.values((await tx.$queryRaw`SELECT workflow_perms.can_view(${id}::text) AS v, workflow_perms.can_edit(${id}::text) AS e`)[0]),
    find: async (tx, id) => renamed(await tx.workflows.findFirst({ where: { workflow_id: id } }), camel),
    insert: (tx, row) => tx.workflows.create({ data: plain(row) }),
    save: (tx, row, changes) => {
      const data = plain({ ...row, ...changes })
      if (data.condition === null) delete data.condition
      return tx.workflows.update({ where: key(row), data })
    },
    upsert: (tx, row) => tx.workflows.upsert({ where: key(row), create: plain(row), update: { name: row.name } }),
    roles: async tx => (await tx.accounts.findFirst()).creator_roles,
    execute: (tx, statement) => tx.$executeRawUnsafe(statement),
    close: () => client.$disconnect()
  }
}

async function typeorm() {
  const { pool, setTypes } = await import('./db.mjs')
  const { Account, Workflow, source, withPrincipal } = await import('./typeorm.mjs')
  const { DataSource } = await import('typeorm')
  await setTypes()
  await pool.end()
  await source.initialize()
  return {
    as: withPrincipal,
    bare: work => work(source.manager),
    async asTester(work) {
      const own = new DataSource({ type: 'postgres', username: tester.user, entities: [Account, Workflow] })
      await own.initialize()
      await rolledBack(own.transaction(async manager => {
        await work(manager, (account, user) => manager.query(setting, [account, user]))
        throw rollback
      }))
      await own.destroy()
    },
    list: async tx => (await tx.find(Workflow, { order: { workflowId: 'ASC' } })).map(row => row.workflowId),
    check: async (tx, id) => Object.values((await tx.query('SELECT workflow_perms.can_view($1::text) AS v, workflow_perms.can_edit($1::text) AS e', [id]))[0]),
    find: (tx, id) => tx.findOneBy(Workflow, { workflowId: id }),
    insert: (tx, row) => tx.insert(Workflow, row),
    save: (tx, row, changes) => tx.save(Workflow, { ...row, ...changes }),
    upsert: (tx, row) => tx.upsert(Workflow, row, ['accountId', 'workflowId']),
    roles: async tx => (await tx.find(Account))[0].creatorRoles,
    execute: (tx, statement) => tx.query(statement),
    close: () => source.destroy()
  }
}

async function knex() {
  const { pool, setTypes } = await import('./db.mjs')
  const { knex: client, withPrincipal } = await import('./knex.mjs')
  const { default: knexPackage } = await import('knex')
  await setTypes()
  await pool.end()
  const json = row => ({ ...row, ...row.condition && { condition: JSON.stringify(row.condition) } })
  const table = tx => tx('workflow_perms.workflows')
  return {
    as: withPrincipal,
    bare: work => work(client),
    async asTester(work) {
      const own = knexPackage({ client: 'pg', connection: tester })
      await rolledBack(own.transaction(async trx => {
        await work(trx, (account, user) => trx.raw('SELECT workflow_perms.set_principal(?, ?)', [account, user]))
        throw rollback
      }))
      await own.destroy()
    },
    list: tx => table(tx).orderBy('workflow_id').pluck('workflow_id'),
    check: async (tx, id) => Object.values((await tx.raw('SELECT workflow_perms.can_view(?::text) AS v, workflow_perms.can_edit(?::text) AS e', [id, id])).rows[0]),
    find: async (tx, id) => renamed(await table(tx).where('workflow_id', id).first(), camel),
    insert: (tx, row) => table(tx).insert({ ...Object.fromEntries(columns.map(column => [column, undefined])), ...renamed(row, snake) }),
    save: (tx, row, changes) => table(tx).where('workflow_id', row.workflowId).update(json(renamed({ ...row, ...changes }, snake))),
    upsert: (tx, row) => table(tx).insert(renamed(row, snake)).onConflict(['account_id', 'workflow_id']).merge(),
    roles: async tx => (await tx('workflow_perms.accounts').first()).creator_roles,
    execute: (tx, statement) => tx.raw(statement),
    close: () => client.destroy()
  }
}

export const adapters = { 'node-postgres': nodePostgres, drizzle, prisma, typeorm, knex }
