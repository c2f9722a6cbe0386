// node pgbouncer.mjs: requests of two users, mixed on one connection of the server.
import assert from 'node:assert/strict'
import { pool, withPrincipal } from './db.mjs'
import { refusal } from './refusal.mjs'

const list = async tx => (await tx.query('SELECT workflow_id FROM workflow_perms.workflows ORDER BY workflow_id')).rows.map(row => row.workflow_id)
const seen = await Promise.all(Array.from({ length: 40 }, (_, i) => withPrincipal('acme', i % 2 ? 'ann' : 'bob', list)))
seen.forEach((ids, i) => assert.deepEqual(ids, i % 2 ? ['letter', 'secret'] : ['letter']))
console.log('ok pgbouncer: two principals over one connection, transaction by transaction')
assert.deepEqual(await list(pool), [])
console.log('ok pgbouncer: none between transactions')
const error = await withPrincipal('acme', 'bob', tx => tx.query("UPDATE workflow_perms.workflows SET name = 'mine' WHERE workflow_id = 'letter'")).catch(e => e)
assert.equal(refusal(error)?.code, 'not_owner')
console.log('ok pgbouncer: a refused write, with its code read from a field')
await pool.end()
