// node migrations.mjs: the migration of docs/clients.md by node-pg-migrate, under the role
// that owns the tables, each time in one transaction: up, down, up, and the rules hold for what it made.
import assert from 'node:assert/strict'
import { mkdirSync, copyFileSync, readFileSync } from 'node:fs'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import { pool, withPrincipal } from './db.mjs'

mkdirSync('migrations', { recursive: true })
copyFileSync('1_schedules.mjs', 'migrations/1_schedules.mjs')
const migrate = async direction => {
  const client = new pg.Client({ user: 'migrator' })
  await client.connect()
  const done = await runner({ dbClient: client, dir: 'migrations', direction, count: Infinity, migrationsTable: 'pgmigrations', singleTransaction: true, log: () => {} })
  const { rows } = await client.query(`SELECT (SELECT count(*) FROM pg_attribute WHERE attrelid = 'workflow_perms.workflows'::regclass AND attname = 'updated_at')::int AS columns,
    (to_regclass('workflow_perms.workflows_updated_at') IS NOT NULL)::int AS indexes, (to_regclass('schedules') IS NOT NULL)::int AS tables,
    (SELECT count(*) FROM workflow_perms.permission_drift() WHERE finding ~ 'foreign|changed|without|missing')::int AS findings`)
  await client.end()
  return [done.length, ...Object.values(rows[0])]
}
try {
  assert.deepEqual(await migrate('up'), [1, 1, 1, 1, 0])
  assert.deepEqual(await migrate('down'), [1, 0, 0, 0, 0])
  assert.deepEqual(await migrate('up'), [1, 1, 1, 1, 0])
  console.log('ok migrations: up, down and up, without a superuser')
  await withPrincipal('acme', 'ann', tx => tx.query("INSERT INTO schedules VALUES ('acme', 'letter', '@daily'), ('acme', 'secret', '@daily')"))
  assert.equal((await withPrincipal('acme', 'bob', tx => tx.query('SELECT * FROM schedules'))).rows.length, 1)
  console.log('ok migrations: what they made is protected')
  const page = await withPrincipal('acme', 'ann', async tx => {
    await tx.query("UPDATE workflow_perms.workflows SET name = 'newest' WHERE workflow_id = 'letter'")
    return (await tx.query(readFileSync('page.sql', 'utf8'), ['infinity', ''])).rows
  })
  assert.deepEqual(page.map(row => row.workflow_id), ['letter', 'secret'])
  assert.ok(page[0].actions.includes('edit'))
  console.log('ok migrations: a page with actions, the last one that was updated first')
} finally {
  await migrate('down')
  await pool.end()
}
