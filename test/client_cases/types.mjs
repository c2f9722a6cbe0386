// node types.mjs: the command of docs/clients.md that makes types for TypeScript.
import assert from 'node:assert/strict'
import { execSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const [, command] = /```console\n(npx kysely-codegen .*)\n```/.exec(readFileSync(process.env.WP_PAGE, 'utf8'))
execSync(command, { env: { ...process.env, DATABASE_URL: `postgres://server@localhost/clients?host=${encodeURIComponent(process.env.PGHOST)}&port=${process.env.PGPORT}` }, stdio: ['ignore', 'ignore', 'inherit'] })
const types = readFileSync('database.ts', 'utf8')
assert.match(types, /interface Workflows \{[^}]*account_id: string/s)
assert.match(types, /condition: Record<string, unknown> \| null/)
assert.match(types, /creator_roles: Generated<ArrayType<AccountRole>>/)
console.log('ok types: kysely-codegen reads the tables')
