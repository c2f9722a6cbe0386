// node run.mjs CLIENT: tries the client by its adapter, adapters.mjs, over the files of
// docs/clients.md, and prints a line for each case.
import assert from 'node:assert/strict'
import { adapters } from './adapters.mjs'
import { refusal } from './refusal.mjs'

const name = process.argv[2]
const { as, bare, asTester, list, check, find, insert, save, upsert, roles, execute, close } = await adapters[name]()
let failed = 0

async function one(what, work) {
  try {
    await work()
    console.log(`ok ${name}: ${what}`)
  } catch (error) {
    failed++
    console.log(`FAILED ${name}: ${what}`)
    console.error(error)
  }
}

// refused(work): the refusal that the work ends with, read from the fields of the error.
async function refused(work) {
  try {
    await work()
  } catch (error) {
    const found = refusal(error)
    assert.ok(found, `no code can be read from ${error}`)
    return [found.code, found.status]
  }
  assert.fail('nothing was refused')
}

const workflow = (id, more) => ({ accountId: 'acme', workflowId: id, workspaceId: 'office', ...more })

await one('list', async () => {
  assert.deepEqual(await as('acme', 'ann', list), ['letter', 'secret'])
  assert.deepEqual(await as('acme', 'bob', list), ['letter'])
  assert.deepEqual(await as('acme', 'pro', list), ['sync'])
  assert.deepEqual(await as('acme', 'free', list), [])
  assert.deepEqual(await bare(list), [])
})
await one('check', async () => {
  assert.deepEqual(await as('acme', 'ann', tx => check(tx, 'letter')), [true, true])
  assert.deepEqual(await as('acme', 'bob', tx => check(tx, 'letter')), [true, false])
  assert.deepEqual(await as('acme', 'bob', tx => check(tx, 'secret')), [false, false])
})
await one('refused writes, with codes read from a field', async () => {
  assert.deepEqual(await refused(() => as('acme', 'bob', async tx => save(tx, await find(tx, 'letter'), { name: 'mine' }))), ['not_owner', 403])
  assert.deepEqual(await refused(() => as('acme', 'gus', tx => insert(tx, workflow('no')))), ['account_role', 403])
  assert.deepEqual(await refused(() => as('acme', 'bob', tx => execute(tx, "SELECT workflow_perms.publish('secret')"))), ['not_visible', 404])
  assert.deepEqual(await refused(() => as('acme', 'bob', tx => execute(tx, "SELECT workflow_perms.publish('nothing')"))), ['not_found', 404])
  assert.deepEqual(await refused(() => bare(tx => insert(tx, workflow('no')))), ['no_principal', 401])
})
await one('a refusal of every SQLSTATE', async () => {
  assert.deepEqual(await refused(() => as('acme', 'deleted', list)), ['no_principal', 401])
  assert.deepEqual(await refused(() => as('acme', null, list)), ['no_principal', 401])
  assert.deepEqual(await refused(() => as('acme', 'ann', tx => execute(tx, "DELETE FROM workflow_perms.workflow_members WHERE workflow_id = 'letter'"))), ['last_workflow_owner', 409])
  assert.deepEqual(await refused(() => as('acme', 'ann', tx => execute(tx, "INSERT INTO workflow_perms.workflow_members (account_id, workflow_id, user_id) VALUES ('acme', 'letter', 'nobody')"))), ['not_found', 404])
  assert.deepEqual(await refused(() => as('acme', 'ann', tx => execute(tx, "UPDATE workflow_perms.workflows SET created_by = 'bob' WHERE workflow_id = 'letter'"))), ['system', 409])
  assert.deepEqual(await refused(() => as('acme', 'bob', tx => execute(tx, "INSERT INTO labels VALUES ('acme', 'letter', 'mine')"))), ['policy', 403])
})
await one('insert and update by the defaults of the client', () => as('acme', 'ann', async tx => {
  await insert(tx, workflow('poster', { name: 'first' }))
  const made = await find(tx, 'poster')
  assert.deepEqual([made.status, made.visibility, made.createdBy, made.condition], ['draft', 'private', 'ann', null])
  await save(tx, made, { name: 'second', hidden: true })
  const saved = await find(tx, 'poster')
  assert.deepEqual([saved.name, saved.hidden, saved.createdBy], ['second', true, 'ann'])
}))
await one('a condition as an object', async () => {
  const condition = { plan: { $in: ['pro', 'team'] }, seats: { $gte: 10 } }
  await as('acme', 'olga', async tx => save(tx, await find(tx, 'sync'), { condition }))
  assert.deepEqual((await as('acme', 'olga', tx => find(tx, 'sync'))).condition, condition)
  assert.deepEqual(await as('acme', 'pro', list), [])
  await assert.rejects(as('acme', 'olga', async tx => save(tx, await find(tx, 'sync'), { condition: { plan: { $like: 'p%' } } })), error => refusal(error) === null)
  await as('acme', 'olga', async tx => save(tx, await find(tx, 'sync'), { condition: { plan: 'pro' } }))
})
await one('an array of enumerated values', async () => assert.deepEqual(await as('acme', 'olga', roles), ['admin', 'member']))
await one('upsert', () => as('acme', 'ann', async tx => {
  await upsert(tx, workflow('flyer', { name: 'first' }))
  await upsert(tx, workflow('flyer', { name: 'second' }))
  assert.deepEqual([(await find(tx, 'flyer')).name, (await find(tx, 'flyer')).createdBy], ['second', 'ann'])
}))
await one('two principals over one pool, again and again', async () => {
  const seen = await Promise.all(Array.from({ length: 40 }, (_, i) => as('acme', i % 2 ? 'pro' : 'free', async tx => [await list(tx), (await check(tx, 'sync'))[0]])))
  seen.forEach((s, i) => assert.deepEqual(s, i % 2 ? [['sync'], true] : [[], false]))
})
await one('a test in one transaction, as several users', async () => {
  await asTester(async (tx, become) => {
    await become('acme', 'ann')
    await insert(tx, workflow('tested', { visibility: 'main' }))
    await become('acme', 'bob')
    assert.ok((await list(tx)).includes('tested'))
    await become('acme', 'pro')
    assert.deepEqual(await list(tx), ['sync'])
  })
  assert.ok(!(await as('acme', 'ann', list)).includes('tested'))
})
await close()
process.exit(failed ? 1 : 0)
