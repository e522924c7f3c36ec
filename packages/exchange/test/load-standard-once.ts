/** Loads one release of the standard into a node's database and ends; a test kills it in the middle. Arguments: a file that says everything. */
import { readFileSync } from 'node:fs'
import { openDatabase } from '@huijiao/database'
import { publicKeyFromRaw, readSigningKey, sealer } from '@huijiao/identity'
import { loadStandard, openHub } from '../src/index.ts'

const given = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as {
  url: string
  spoolDir: string
  signingKeyPem: string
  document: unknown
  keyId: string
  publicKey: string
}
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const database = openDatabase({ url: given.url, poolMax: 2, applicationName: 'huijiao load-standard-once', log: quiet })
const hub = await openHub(database.db, {
  name: '370100',
  region: '370100',
  tier: 'municipal',
  signingKey: readSigningKey('370100-1', given.signingKeyPem),
  digestSecret: Buffer.alloc(32),
  sealer: sealer(Buffer.alloc(32)),
  clock: { now: () => new Date('2026-09-01T01:30:00Z') },
  spoolDir: given.spoolDir,
  log: quiet,
})
const publicKey = publicKeyFromRaw(Buffer.from(given.publicKey, 'base64'))
const loaded = await loadStandard(hub, {
  document: given.document,
  actor: 'operator:test',
  origin: 'file',
  source: null,
  keyOf: (keyId) => (keyId === given.keyId ? { algorithm: 'ed25519', publicKey } : null),
})
process.stdout.write(JSON.stringify(loaded))
await database.close()
