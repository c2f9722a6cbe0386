// node graphile_cases.mjs: PostGraphile 4 over the schema `api` of docs/clients.md.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import pg from 'pg'
import { schemaOf, withPrincipal } from './graphile.mjs'

// The same module as PostGraphile's: GraphQL takes no schema of another.
const { graphql } = createRequire(createRequire(import.meta.url).resolve('postgraphile'))('graphql')
const pool = new pg.Pool()
const schema = await schemaOf(pool)
const ask = (user, source) => withPrincipal(pool, 'acme', user, async context => {
  const { data, errors } = await graphql({ schema, source, contextValue: context })
  return [data, errors]
})
const list = async user => (await ask(user, '{ allWorkflows(orderBy: WORKFLOW_ID_ASC) { nodes { workflowId } } }'))[0].allWorkflows.nodes.map(node => node.workflowId)
assert.deepEqual(await list('ann'), ['letter', 'secret'])
assert.deepEqual(await list('bob'), ['letter'])
console.log('ok graphile: list')
assert.equal((await ask("bob", "{ canEdit(workflowId: \"letter\") }"))[0].canEdit, false)
console.log('ok graphile: check')
const [, errors] = await ask('bob', 'mutation { publish(input: { workflowId: "letter" }) { clientMutationId } }')
assert.equal(errors[0].originalError.detail, 'Reason: not_owner.')
console.log('ok graphile: a refused call, with its code read from a field')
assert.equal(Object.keys(schema.getTypeMap()).some(name => /Account|RoleGrant/.test(name)), false)
console.log('ok graphile: nothing of schema workflow_perms is in the API')
await pool.end()
