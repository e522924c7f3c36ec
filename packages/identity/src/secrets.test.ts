import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSigningKey } from './keys.ts'
import { loadOrCreateSecrets } from './secrets.ts'

let directory: string
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'huijiao-secrets-')), 'keys')
})
afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }))

describe('the secrets of a node', () => {
  it('are made once, for the owner’s eyes only, and loaded again', async () => {
    const made = await loadOrCreateSecrets(directory)
    expect(await loadOrCreateSecrets(directory)).toEqual(made)
    expect(made.digestSecret).toHaveLength(32)
    expect(made.sealingKey).toHaveLength(32)
    expect(made.sealingKey.equals(made.digestSecret)).toBe(false)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    const names = await readdir(directory)
    expect(names.sort()).toEqual(['digest-secret', 'sealing-key', 'signing-key.pem'])
    for (const name of names) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600)
  })

  it('are the same for calls and processes that start together', async () => {
    const script = `import { loadOrCreateSecrets } from ${JSON.stringify(join(import.meta.dirname, 'secrets.ts'))}
console.log(JSON.stringify(await loadOrCreateSecrets(${JSON.stringify(directory)})))`
    const elsewhere = () =>
      promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', script]).then(
        ({ stdout }) => JSON.parse(stdout) as unknown,
      )
    const here = () => loadOrCreateSecrets(directory).then((secrets) => JSON.parse(JSON.stringify(secrets)) as unknown)
    const all = await Promise.all([elsewhere(), elsewhere(), ...Array.from({ length: 20 }, here)])
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(await readdir(directory)).toHaveLength(3)
  })

  it('are never overwritten: a file that cannot be used is named', async () => {
    await loadOrCreateSecrets(directory)
    const file = join(directory, 'sealing-key')
    await chmod(file, 0o600)
    await writeFile(file, 'c2hvcnQ=')
    await expect(loadOrCreateSecrets(directory)).rejects.toThrow(`${file} cannot be used: it holds 5 bytes in base64, not 32`)
    expect(await readFile(file, 'utf8')).toBe('c2hvcnQ=')
    await writeFile(join(directory, 'signing-key.pem'), 'not a key')
    await expect(loadOrCreateSecrets(directory)).rejects.toThrow('signing-key.pem cannot be used')
  })

  it('that are given are used before a file, which is neither read nor made; only the missing ones are', async () => {
    const signingKeyPem = createSigningKey().privateKeyPem
    const sealingKey = randomBytes(32)
    const secrets = await loadOrCreateSecrets(directory, { signingKeyPem, digestSecret: null, sealingKey })
    expect(secrets).toMatchObject({ signingKeyPem, sealingKey })
    expect(await readdir(directory)).toEqual(['digest-secret'])
    await writeFile(join(directory, 'sealing-key'), 'not a key')
    expect(await loadOrCreateSecrets(directory, { signingKeyPem, sealingKey })).toEqual(secrets)
    expect(await readFile(join(directory, 'sealing-key'), 'utf8')).toBe('not a key')
  })

  it('leave no directory behind when all are given', async () => {
    const given = { signingKeyPem: createSigningKey().privateKeyPem, digestSecret: randomBytes(32), sealingKey: randomBytes(32) }
    expect(await loadOrCreateSecrets(directory, given)).toEqual(given)
    await expect(stat(directory)).rejects.toThrow('ENOENT')
  })
})
