import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSigningKey } from '@huijiao/identity'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig, unknownSettings } from './config.ts'
import { describeSettings, settings } from './settings.ts'

const least = { HUIJIAO_REGION: '370100', HUIJIAO_TIER: 'municipal' }

function mistakesOf(env: Record<string, string>, file?: string): string[] {
  try {
    readConfig(env, file)
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.map((mistake) => mistake.setting)
    throw error
  }
  return []
}

function catchError(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

describe('a configuration', () => {
  it('needs only region and tier, and names the node after its region', () => {
    const config = readConfig(least)
    expect(config.node).toEqual({ name: '370100', region: '370100', tier: 'municipal' })
    expect(config.http.host).toBe('127.0.0.1')
    expect([...config.roles]).toEqual(['api', 'worker'])
    const secrets = ['databaseUrl', 'replicaUrl', 'queueUrl', 'adminToken', 'signingKeyPem', 'digestSecret', 'sealingKey']
    expect(config.secrets).toEqual(Object.fromEntries(secrets.map((name) => [name, null])))
  })

  it('reports all mistakes at once', () => {
    const mistakes = mistakesOf({
      HUIJIAO_TIER: 'village',
      HUIJIAO_PORT: '99999',
      HUIJIAO_ROLES: 'api,janitor',
      HUIJIAO_DATABASE_URL: 'mysql://x/y',
      HUIJIAO_UPSTREAMS: '{',
    })
    expect(mistakes.toSorted()).toEqual([
      'HUIJIAO_DATABASE_URL',
      'HUIJIAO_PORT',
      'HUIJIAO_REGION',
      'HUIJIAO_ROLES',
      'HUIJIAO_TIER',
      'HUIJIAO_UPSTREAMS',
    ])
  })

  it('takes an empty variable as absent', () => {
    expect(readConfig({ ...least, HUIJIAO_QUEUE_URL: '' }).secrets.queueUrl).toBeNull()
  })

  it('lets the environment win over the file, and refuses a misspelt name in the file', () => {
    expect(readConfig({ ...least, HUIJIAO_PORT: '7102' }, 'HUIJIAO_PORT=7101\nHUIJIAO_HOST=0.0.0.0\n').http).toMatchObject({
      port: 7102,
      host: '0.0.0.0',
    })
    expect(mistakesOf(least, 'HUIJIAO_PROT=7101\n')).toEqual(['HUIJIAO_PROT'])
    expect(unknownSettings({ HUIJIAO_PROT: '1', HUIJIAO_DEMO_PORT: '1', HUIJIAO_ADMIN_TOKEN_FILE: 'x', PATH: 'y' })).toEqual([
      'HUIJIAO_PROT',
    ])
  })

  it('reads a secret from a file, and never shows a wrong one', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'huijiao-config-')), 'token')
    writeFileSync(path, 'a-token-of-twenty-chars\n')
    expect(readConfig({ ...least, HUIJIAO_ADMIN_TOKEN_FILE: path }).secrets.adminToken).toBe('a-token-of-twenty-chars')
    expect(mistakesOf({ ...least, HUIJIAO_ADMIN_TOKEN_FILE: path, HUIJIAO_ADMIN_TOKEN: 'another-token-of-twenty' })).toEqual([
      'HUIJIAO_ADMIN_TOKEN',
    ])
    const error = catchError(() => readConfig({ ...least, HUIJIAO_ADMIN_TOKEN: 'k1tten' }))
    expect(error.message).toContain('at least 20')
    expect(error.message).not.toContain('k1tten')
  })

  it('takes the keys of the node from the environment, from files named there, and from the lines of its file', () => {
    const pem = createSigningKey().privateKeyPem
    const [digestSecret, sealingKey] = [randomBytes(32), randomBytes(32)]
    const path = join(mkdtempSync(join(tmpdir(), 'huijiao-config-')), 'sealing-key')
    writeFileSync(path, `${sealingKey.toString('base64')}\n`)
    const env = { ...least, HUIJIAO_DIGEST_SECRET: digestSecret.toString('base64'), HUIJIAO_SEALING_KEY_FILE: path }
    const { secrets } = readConfig(env, `HUIJIAO_SIGNING_KEY="${pem}"\nHUIJIAO_DIGEST_SECRET=${randomBytes(32).toString('base64')}\n`)
    expect(secrets).toMatchObject({ signingKeyPem: pem, digestSecret, sealingKey })
  })

  it('names every key of the node that cannot be used, in both languages, and shows none', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const short = randomBytes(31).toString('base64')
    // A lenient decoder would pass over the strange character and find 32 bytes.
    const strange = `!${randomBytes(32).toString('base64')}`
    const wrong = { HUIJIAO_SIGNING_KEY: rsa, HUIJIAO_DIGEST_SECRET: short, HUIJIAO_SEALING_KEY: strange }
    expect(mistakesOf({ ...wrong, HUIJIAO_TIER: 'village' }).toSorted()).toEqual([
      'HUIJIAO_DIGEST_SECRET',
      'HUIJIAO_REGION',
      'HUIJIAO_SEALING_KEY',
      'HUIJIAO_SIGNING_KEY',
      'HUIJIAO_TIER',
    ])
    const { message } = catchError(() => readConfig({ ...least, ...wrong }))
    for (const words of ['HUIJIAO_SIGNING_KEY: must be an Ed25519 private key', 'HUIJIAO_SIGNING_KEY: 须为', '32 bytes', '32 字节'])
      expect(message).toContain(words)
    for (const secret of [rsa.split('\n')[1]!, short, strange]) expect(message).not.toContain(secret)
    const passphrase = createPrivateKey(createSigningKey().privateKeyPem)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString()
    for (const key of [passphrase, 'no PEM at all', '-----BEGIN PRIVATE KEY-----'])
      expect(mistakesOf({ ...least, HUIJIAO_SIGNING_KEY: key })).toEqual(['HUIJIAO_SIGNING_KEY'])
  })

  it('accepts only upstreams of a higher tier, each named once', () => {
    const province = { name: '370000', url: 'http://127.0.0.1:7201/', tier: 'provincial' }
    expect(readConfig({ ...least, HUIJIAO_UPSTREAMS: JSON.stringify([province]) }).upstreams).toMatchObject([
      { ...province, url: 'http://127.0.0.1:7201', publicKey: null },
    ])
    const wrong = [province, province, { name: 'x', url: 'ftp://x', tier: 'county', publicKey: 'AAAA', extra: 1 }]
    expect(mistakesOf({ ...least, HUIJIAO_UPSTREAMS: JSON.stringify(wrong) })).toEqual([
      'HUIJIAO_UPSTREAMS[1]',
      'HUIJIAO_UPSTREAMS[2]',
      'HUIJIAO_UPSTREAMS[2]',
      'HUIJIAO_UPSTREAMS[2]',
      'HUIJIAO_UPSTREAMS[2]',
    ])
  })
})

describe('what comes down from an upstream', () => {
  const upstream = (feed?: unknown) =>
    JSON.stringify([{ name: '370000', url: 'http://127.0.0.1:7201/', tier: 'provincial', ...(feed === undefined ? {} : { feed }) }])
  const feedOf = (feed?: unknown) => readConfig({ ...least, HUIJIAO_UPSTREAMS: upstream(feed) }).upstreams[0]?.feed

  it('is outcomes, standards and notices unless something else is said', () => {
    const usual = { outcomes: true, standards: true, notices: true, corrections: false, records: [] }
    expect([feedOf(), feedOf({}), feedOf({ entities: ['TBCorpBasicInfo'] })]).toEqual([usual, usual, usual])
    expect(feedOf({ kinds: ['outcomes', 'records'] })).toEqual({ ...usual, standards: false, notices: false, records: 'all' })
    expect(feedOf({ kinds: ['corrections', 'records'], entities: ['TBCorpBasicInfo'] })).toMatchObject({
      outcomes: false,
      corrections: true,
      records: ['TBCorpBasicInfo'],
    })
  })

  it('is refused when it is no list of kinds and entities', () => {
    for (const feed of ['records', [], { kinds: ['gossip'] }, { kinds: 'records' }, { entities: [1] }, { kind: ['records'] }, null])
      expect(mistakesOf({ ...least, HUIJIAO_UPSTREAMS: upstream(feed) }), JSON.stringify(feed)).toContain('HUIJIAO_UPSTREAMS[0]')
  })
})

describe('docs/configuration.md', () => {
  it('is what the table of settings gives', () => {
    expect(readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')).toBe(describeSettings())
  })

  it('names every setting, and every default is accepted', () => {
    for (const setting of settings) expect(describeSettings()).toContain(`\`${setting.name}\``)
    const defaults = Object.fromEntries(settings.flatMap((setting) => ('fallback' in setting ? [[setting.name, setting.fallback]] : [])))
    expect(mistakesOf({ ...least, ...defaults })).toEqual([])
  })
})
